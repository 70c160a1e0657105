import type { BootSettings } from '../kernel/create-kernel.ts';
import { createKernel } from '../kernel/create-kernel.ts';
import type { Kernel, ModuleRunner } from '../kernel/kernel.ts';
import type { Module } from '../kernel/module.ts';
import type { KernelProfile } from '../profile/kernel-profile.ts';
import { decode, encode } from './codec.ts';
import type { BlobRef, ImageStore } from './image-store.ts';
import { loadMappings, type MappingRecord, saveMappings } from './memory-record.ts';
import { loadModule, type ModuleRecord, saveModule } from './module-record.ts';

/** A kernel as the state file holds it. */
export interface KernelRecord {
  /** All plain fields, encoded. */
  readonly fields: unknown;
  readonly modules: readonly ModuleRecord[];
  readonly mappings: readonly MappingRecord[];
}

/** What is not kept, because every command brings its own, and what is kept in another form. */
const NOT_FIELDS = new Set([
  'profile',
  'runner',
  'clock',
  'current',
  'memory',
  'modules',
  'verifySignature',
  'systemCall',
]);

/** What a command brings along to a kernel that was kept. */
export interface Surroundings {
  readonly profile: KernelProfile;
  readonly runner: ModuleRunner;
  readonly clock: () => number;
  readonly current: NonNullable<BootSettings['current']>;
}

/** The record of a kernel. Adds to `images` what is new or has changed since it was loaded. */
export function saveKernel(kernel: Kernel, images: ImageStore): KernelRecord {
  const fields = Object.fromEntries(Object.entries(kernel).filter(([key]) => !NOT_FIELDS.has(key)));
  return {
    fields: encode(fields),
    modules: kernel.modules.map((module) => saveModule(kernel, module, images)),
    mappings: saveMappings(kernel.memory, images),
  };
}

/** The kernel of a record; large parts are fetched from `images` when they are used. */
export function loadKernel(record: KernelRecord, images: ImageStore, surroundings: Surroundings): Kernel {
  const { profile, runner, clock, current } = surroundings;
  const kernel = createKernel(profile, runner, clock, { current });
  Object.assign(kernel, decode(record.fields));
  kernel.modules.push(...record.modules.map((module): Module => loadModule(module, images)));
  loadMappings(kernel.memory, record.mappings, images);
  return kernel;
}

/** The image files that a record refers to. */
export function usedImages(record: KernelRecord): Set<number> {
  const refs: (BlobRef | null)[] = record.mappings.map(({ ref }) => ref);
  for (const { parts } of record.modules) refs.push(...Object.values(parts));
  return new Set(refs.flatMap((ref) => (ref ? [ref[0]] : [])));
}
