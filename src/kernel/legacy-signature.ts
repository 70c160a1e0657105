import type { ErrnoName } from '../abi/errno.ts';
import { MODULE_SIGNATURE_SIZE } from '../abi/module-signature.ts';
import { byteString } from '../elf/c-string.ts';

/** `PKEY_ALGO_RSA` and `PKEY_ID_X509`, include/crypto/public_key.h of 3.7. */
const PKEY_ALGO_RSA = 1;
const PKEY_ID_X509 = 1;

/** `enum pkey_hash_algo`, named as the crypto API names them. */
const HASHES = ['md4', 'md5', 'sha1', 'rmd160', 'sha256', 'sha384', 'sha512', 'sha224'];

/** What kernels before 4.3 find behind a signed module. */
export interface LegacySignature {
  /** Length of the module without all that was appended. */
  readonly bodyLength: number;
  readonly digestAlgorithm: string;
  /** Name of the signer, a byte string. */
  readonly signer: string;
  /** Identifier of the signer's key. */
  readonly keyId: Uint8Array;
  /** The RSA signature: the number's bytes behind its length in two bytes. */
  readonly signature: Uint8Array;
}

/**
 * `mod_verify_sig` of 3.7 to 4.2, kernel/module_signing.c: reads the trailer at the end of `bytes` (the marker is cut off
 * already) and what it speaks of: signer, key identifier, signature. Requires more than {@link MODULE_SIGNATURE_SIZE} bytes.
 * Returns EBADMSG for lengths that do not fit, ENOPKG for another algorithm than RSA by an X.509 name.
 */
export function readLegacySignature(bytes: Uint8Array): LegacySignature | ErrnoName {
  const end = bytes.length - MODULE_SIGNATURE_SIZE;
  const [algo, hash, idType, signerLength = 0, keyIdLength = 0] = bytes.subarray(end);
  const signatureLength = new DataView(bytes.buffer, bytes.byteOffset + end).getUint32(8);
  if (signatureLength >= end) return 'EBADMSG';
  const bodyLength = end - signatureLength - signerLength - keyIdLength;
  if (bodyLength <= 0) return 'EBADMSG';
  const digestAlgorithm = HASHES[hash!];
  if (algo !== PKEY_ALGO_RSA || idType !== PKEY_ID_X509 || digestAlgorithm === undefined) return 'ENOPKG';
  const keyIdStart = bodyLength + signerLength;
  return {
    bodyLength,
    digestAlgorithm,
    signer: byteString(bytes, bodyLength, keyIdStart),
    keyId: bytes.subarray(keyIdStart, keyIdStart + keyIdLength),
    signature: bytes.subarray(keyIdStart + keyIdLength, end),
  };
}
