import type { ErrnoName } from '../abi/errno.ts';
import type { LegacySignature } from '../kernel/legacy-signature.ts';
import { keyIdText, sameKeyId } from './key-id.ts';
import type { SignatureLog } from './pkcs7-context.ts';
import type { SignatureCrypto } from './verify-signature.ts';
import type { X509Certificate } from './x509-certificate.ts';

/** What the search for a key gave where it found none (EAGAIN), as its message prints it. */
const NOT_FOUND = -11;

/**
 * Verifies a module's signature as kernels from 3.7 to 4.2 do (kernel/module_signing.c: `request_asymmetric_key`,
 * `mod_extract_mpi_array`, `verify_signature`). Returns undefined when it is good: else ENOKEY (and says so), EBADMSG, or
 * EKEYREJECTED.
 */
export function verifyLegacySignature(
  body: Uint8Array,
  { digestAlgorithm, signer, keyId, signature }: LegacySignature,
  trusted: readonly X509Certificate[],
  crypto: SignatureCrypto,
  log: SignatureLog,
): ErrnoName | undefined {
  const key = trusted.find((certificate) => isNamed(certificate, signer, keyId));
  if (!key) {
    log('warning', `Request for unknown module key '${signer}: ${keyIdText(keyId)}' err ${NOT_FOUND}`);
    return 'ENOKEY';
  }
  const length = ((signature[0] ?? 0) << 8) | (signature[1] ?? 0);
  if (signature.length < 2 || length !== signature.length - 2) return 'EBADMSG';
  return crypto.verify(digestAlgorithm, body, key.publicKey, signature.subarray(2)) ? undefined : 'EKEYREJECTED';
}

function isNamed({ subject, keyIdentifier }: X509Certificate, signer: string, keyId: Uint8Array): boolean {
  return subject === signer && keyIdentifier !== undefined && sameKeyId(keyIdentifier, keyId);
}
