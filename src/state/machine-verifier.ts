import { signatureCrypto } from '../host/signature-crypto.ts';
import type { SignatureVerifier } from '../kernel/kernel.ts';
import { kernelVerifier } from '../signature/kernel-verifier.ts';
import { readTrustedKeys } from './trusted-keys.ts';

/** Checks module signatures against the kernel's certificates and those that were added to the machine below `root`. */
export function machineVerifier(root: string): SignatureVerifier {
  return kernelVerifier(signatureCrypto, () => readTrustedKeys(root).map(({ certificate }) => certificate));
}
