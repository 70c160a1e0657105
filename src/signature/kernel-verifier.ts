import type { Kernel, SignatureVerifier } from '../kernel/kernel.ts';
import { KernelError } from '../kernel/kernel-error.ts';
import { KERN, type LogLevel, printk } from '../kernel/log/printk.ts';
import { verifyLegacySignature } from './legacy-signature.ts';
import type { SignatureLog } from './pkcs7-context.ts';
import { type SignatureCrypto, verifyModuleSignature } from './verify-signature.ts';
import { parseCertificate, type X509Certificate } from './x509-certificate.ts';

const LEVELS: Record<Parameters<SignatureLog>[0], LogLevel> = {
  default: KERN.WARNING,
  warning: KERN.WARNING,
  error: KERN.ERR,
};

/**
 * The `SignatureVerifier` of a machine: trusts the kernel's own certificates and `added` ones (DER), which stand for the
 * secondary keyring. Certificates that the kernel would not parse are left out, as it leaves them out at boot.
 */
export function kernelVerifier(crypto: SignatureCrypto, added: () => readonly Uint8Array[]): SignatureVerifier {
  const keyrings = new WeakMap<Kernel['profile'], readonly X509Certificate[]>();
  const keyringOf = ({ profile }: Kernel): readonly X509Certificate[] => {
    const keyring = keyrings.get(profile) ?? [...profile.certificates, ...added()].flatMap(trustedCertificate);
    keyrings.set(profile, keyring);
    return keyring;
  };
  const pkcs7: SignatureVerifier = (kernel, body, message) => {
    const log: SignatureLog = (level, text) => printk(kernel, LEVELS[level], text);
    return verifyModuleSignature(body, message, keyringOf(kernel), crypto, log);
  };
  const legacy: SignatureVerifier['legacy'] = (kernel, body, signature) => {
    const log: SignatureLog = (level, text) => printk(kernel, LEVELS[level], text);
    return verifyLegacySignature(body, signature, keyringOf(kernel), crypto, log);
  };
  return Object.assign(pkcs7, { legacy });
}

function trustedCertificate(der: Uint8Array): X509Certificate[] {
  try {
    return [parseCertificate(der)];
  } catch (error) {
    if (error instanceof KernelError) return [];
    throw error;
  }
}
