import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createKernel } from '../../src/kernel/create-kernel.ts';
import type { BootOptions, Kernel } from '../../src/kernel/kernel.ts';
import { skippingRunner } from '../../src/kernel/skipping-runner.ts';
import { initModule } from '../../src/kernel/syscalls.ts';
import type { KernelProfile } from '../../src/profile/kernel-profile.ts';
import { openDefaultProfile } from '../../src/profile/open-profile.ts';
import { ElfEdit } from '../support/elf-edit.ts';

const SAMPLES = join(import.meta.dirname, '..', '..', 'samples');

/** A sample module: `hello/hello`, `math/calc`. */
export function sample(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(SAMPLES, `${name}.ko`)));
}

/** A sample module after a change. */
export function changed(name: string, change: (elf: ElfEdit) => void): Uint8Array {
  const elf = new ElfEdit(sample(name));
  change(elf);
  return new Uint8Array(elf.bytes);
}

const profile = openDefaultProfile();

/** A fresh kernel of the default profile, or of one that differs in some of its facts. */
export function freshKernel(differs: Partial<KernelProfile> = {}, options: Partial<BootOptions> = {}): Kernel {
  const own = Object.keys(differs).length === 0 ? profile : withFacts(differs);
  return createKernel(own, skippingRunner, () => 0, { options });
}

function withFacts(differs: Partial<KernelProfile>): KernelProfile {
  return new Proxy(profile, {
    get: (target, key) => {
      if (key in differs) return differs[key as keyof KernelProfile];
      const value = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

const ROOT = { uid: 0 };

/** What a load gave: the error number, and the log lines it added as `<LEVEL>text`. */
export function load(kernel: Kernel, image: Uint8Array, args = ''): { errno: number; log: string[] } {
  const before = kernel.log.length;
  const errno = initModule(kernel, image, args, ROOT);
  return { errno, log: kernel.log.slice(before).map(({ level, text }) => `<${level}>${text}`) };
}

/** A kernel whose once-only messages about foreign modules have been said. */
export function warmKernel(differs: Partial<KernelProfile> = {}): Kernel {
  const kernel = freshKernel(differs);
  kernel.taint = (1 << 12) | (1 << 13);
  kernel.saidOnce.add('module verification failed');
  return kernel;
}
