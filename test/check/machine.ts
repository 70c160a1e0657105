import { readFileSync } from 'node:fs';
import { signatureCrypto } from '../../src/host/signature-crypto.ts';
import { bootKernel } from '../../src/kernel/boot.ts';
import type { Kernel } from '../../src/kernel/kernel.ts';
import { skippingRunner } from '../../src/kernel/skipping-runner.ts';
import type { KernelProfile } from '../../src/profile/kernel-profile.ts';
import { openDefaultProfile } from '../../src/profile/open-profile.ts';
import { kernelVerifier } from '../../src/signature/kernel-verifier.ts';

export const SAMPLES = new URL('../../samples/', import.meta.url);
export const profile = openDefaultProfile();

/** A file of samples/. */
export function sample(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(name, SAMPLES)));
}

/** A kernel as after boot, whose modules' code does not run; `changes` to what comes with the package. */
export function machine(
  commandLine = '',
  changes: Partial<KernelProfile> = {},
  certificates: readonly Uint8Array[] = [],
): Kernel {
  const kernel = bootKernel(changedProfile(changes), commandLine, skippingRunner, () => 0);
  kernel.verifySignature = kernelVerifier(signatureCrypto, () => certificates);
  return kernel;
}

/** The package's kernel with other answers to some questions. */
export function changedProfile(changes: Partial<KernelProfile>): KernelProfile {
  return new Proxy(profile, {
    get: (target, name) => {
      if (Object.hasOwn(changes, name)) return changes[name as keyof KernelProfile];
      const value = target[name as keyof KernelProfile];
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
