import { expect } from 'vitest';
import { decompress } from '../../src/compression/decompress.ts';
import { memorySource } from '../../src/profile/container/byte-source.ts';
import { importKernel, type KernelSources } from '../../src/profile/import/import-kernel.ts';
import { readProfile } from '../../src/profile/read-profile.ts';

/** The profile that is made of these sources. */
export async function imported(sources: KernelSources) {
  const { release, bytes } = await importKernel(sources, decompress);
  const profile = readProfile(memorySource(bytes));
  expect(profile.release).toBe(release);
  return profile;
}
