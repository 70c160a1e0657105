import type { ErrnoName } from '../abi/errno.ts';
import { KernelError } from '../kernel/kernel-error.ts';
import { sameKeyId } from './key-id.ts';
import type { SignatureLog, SignedInfo } from './pkcs7-context.ts';
import { type Pkcs7Message, parsePkcs7Message } from './pkcs7-message.ts';
import type { X509Certificate } from './x509-certificate.ts';

/** The arithmetic that the host lends: nothing of it is asynchronous. */
export interface SignatureCrypto {
  /** Whether `signature` over the digest of `data` was made with the key; false also for keys and signatures that are malformed. */
  verify(digestAlgorithm: string, data: Uint8Array, publicKey: Uint8Array, signature: Uint8Array): boolean;
}

/** Digests that the kernel's crypto API has; a signature by any other is ENOPKG. */
const KNOWN_DIGESTS = new Set(['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512']);

/**
 * Verifies a detached module signature against trusted keys
 * (kernel: `verify_pkcs7_signature`, certs/system_keyring.c, with VERIFYING_MODULE_SIGNATURE).
 * Returns the errno name of the refusal, undefined when the signature is good: ENOKEY (no trusted key made it),
 * EKEYREJECTED (the key did not make this), EBADMSG, EINVAL, ENOPKG, EMSGSIZE.
 */
export function verifyModuleSignature(
  data: Uint8Array,
  signature: Uint8Array,
  trusted: readonly X509Certificate[],
  crypto: SignatureCrypto,
  log: SignatureLog,
): ErrnoName | undefined {
  try {
    const message = parsePkcs7Message(signature, log);
    checkUsage(message, log);
    verifyEmbedded(message, data, crypto);
    return validateTrust(message, data, trusted, crypto);
  } catch (error) {
    if (error instanceof KernelError) return error.errno;
    throw error;
  }
}

/** kernel: `pkcs7_supply_detached_data` and the head of `pkcs7_verify`. */
function checkUsage(message: Pkcs7Message, log: SignatureLog): void {
  if (message.data) {
    log('warning', 'PKCS7: Data already supplied');
    log('error', 'PKCS#7 signature with non-detached data');
    throw new KernelError('EBADMSG');
  }
  if (message.dataType !== 'data') refuse(log, 'PKCS7: Invalid module sig (not pkcs7-data)');
  if (message.signedInfos[0]!.authenticatedAttributes) refuse(log, 'PKCS7: Invalid module sig (has authattrs)');
}

function refuse(log: SignatureLog, text: string): never {
  log('warning', text);
  throw new KernelError('EKEYREJECTED');
}

/** kernel: `pkcs7_verify_one`: a signer whose certificate comes along must have made the signature. */
function verifyEmbedded(message: Pkcs7Message, data: Uint8Array, crypto: SignatureCrypto): void {
  const usable = message.signedInfos.filter((info) => KNOWN_DIGESTS.has(info.digestAlgorithm));
  for (const info of usable) {
    const signer = message.certificates.find((certificate) => sameKeyId(certificate.id, info.keyId));
    if (signer && !madeBy(signer, info, data, crypto)) throw new KernelError('EKEYREJECTED');
  }
  if (usable.length === 0) throw new KernelError('ENOPKG');
}

/** kernel: `pkcs7_validate_trust`. */
function validateTrust(
  message: Pkcs7Message,
  data: Uint8Array,
  trusted: readonly X509Certificate[],
  crypto: SignatureCrypto,
): ErrnoName | undefined {
  let verdict: ErrnoName | undefined = 'ENOKEY';
  for (const info of message.signedInfos) {
    const key = trusted.find((certificate) => names(certificate, info.keyId));
    if (!KNOWN_DIGESTS.has(info.digestAlgorithm)) verdict = verdict === 'ENOKEY' ? 'ENOPKG' : verdict;
    else if (key && !madeBy(key, info, data, crypto)) return 'EKEYREJECTED';
    else if (key) verdict = undefined;
  }
  return verdict;
}

function names(certificate: X509Certificate, keyId: Uint8Array): boolean {
  const { id, keyIdentifier } = certificate;
  return sameKeyId(id, keyId) || (keyIdentifier !== undefined && sameKeyId(keyIdentifier, keyId));
}

function madeBy(certificate: X509Certificate, info: SignedInfo, data: Uint8Array, crypto: SignatureCrypto): boolean {
  if (certificate.keyAlgorithm !== info.keyAlgorithm) return false;
  return crypto.verify(info.digestAlgorithm, data, certificate.publicKey, info.signature);
}
