import type { ModuleSigner } from '../signature/sign-module.ts';
import { parseCertificate } from '../signature/x509-certificate.ts';
import { nodeCrypto } from './node-crypto.ts';

/** DER of a PEM or DER certificate file's bytes. */
export function certificateDer(file: Uint8Array): Uint8Array {
  const text = Buffer.from(file).toString('latin1');
  const pem = /-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/.exec(text);
  return pem ? Buffer.from(pem[1]!, 'base64') : file;
}

/**
 * A signer from the bytes of a private key (PEM; `passphrase` opens an encrypted one) and of its certificate (PEM or DER).
 * Raises an Error when either cannot be read; KernelError for a certificate that the kernel would refuse.
 */
export function openSigner(
  digestAlgorithm: string,
  privateKey: Uint8Array,
  certificate: Uint8Array,
  passphrase = '',
): ModuleSigner {
  const key = nodeCrypto().createPrivateKey({ key: Buffer.from(privateKey), format: 'pem', passphrase });
  const { issuer, serial, keyIdentifier } = parseCertificate(certificateDer(certificate));
  return {
    digestAlgorithm,
    keyAlgorithm: key.asymmetricKeyType === 'ec' ? 'ecdsa' : 'rsa',
    issuer,
    serial,
    keyIdentifier,
    sign: (data) => nodeCrypto().sign(digestAlgorithm, data, key),
  };
}
