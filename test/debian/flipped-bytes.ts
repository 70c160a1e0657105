import { readFileSync } from 'node:fs';
import { errnoName } from '../../src/abi/errno.ts';
import { watchedLoad } from '../../src/check/check-module.ts';
import { signatureCrypto } from '../../src/host/signature-crypto.ts';
import { bootKernel } from '../../src/kernel/boot.ts';
import { skippingRunner } from '../../src/kernel/skipping-runner.ts';
import type { KernelProfile } from '../../src/profile/kernel-profile.ts';
import { openDefaultProfile, openProfile } from '../../src/profile/open-profile.ts';
import { kernelVerifier } from '../../src/signature/kernel-verifier.ts';
import { type RandomNumbers, randomNumbers } from '../hardening/fuzz/mutator.ts';
import { fileRegions } from './file-regions.ts';
import { findModuleFiles } from './module-files.ts';

const VERIFIED = 'verified';

/** Positions that are tried in each region of each file. */
const PER_REGION = 3;

/**
 * `flipped-bytes.ts MODULE_TREE [MODULES] [SEED] [PROFILE]`: changes one byte of signed modules, at random places of every
 * region of the file, and asks a kernel that enforces signatures. Exit status 1 when a change outside the PKCS#7 message is
 * let in: in the message, the real kernel too takes other values of bytes that no check reads (the list of digests, the
 * parameters of the algorithms, the bit that says that a tag is constructed). MODULES: how many of the tree, evenly.
 */
function main([tree, modules = '200', seed = '1', profileFile]: readonly string[]): number {
  if (!tree) throw new Error('usage: flipped-bytes.ts MODULE_TREE [MODULES] [SEED] [PROFILE]');
  const profile = profileFile ? openProfile(profileFile) : openDefaultProfile();
  const files = evenly(findModuleFiles(tree), Number(modules));
  const random = randomNumbers(Number(seed));
  const answers = new Map<string, number>();
  for (const { path } of files) tryFile(profile, new Uint8Array(readFileSync(path)), random, answers);
  return report(files.length, answers);
}

function tryFile(profile: KernelProfile, image: Uint8Array, random: RandomNumbers, answers: Map<string, number>): void {
  const regions = fileRegions(image);
  for (const [, { start, length }] of regions) {
    for (let i = 0; i < PER_REGION && length > 0; i++) {
      const at = start + random(length);
      const [region] = regions.findLast(([, place]) => at >= place.start && at < place.start + place.length)!;
      const row = `${region}: ${answerTo(profile, image, at, 1 + random(255))}`;
      answers.set(row, (answers.get(row) ?? 0) + 1);
    }
  }
}

/** What module_sig_check makes of the file with one byte changed; the file is as before afterwards. */
function answerTo(profile: KernelProfile, image: Uint8Array, at: number, change: number): string {
  const kernel = bootKernel(profile, 'module.sig_enforce=1', skippingRunner, () => 0);
  kernel.verifySignature = kernelVerifier(signatureCrypto, () => []);
  image[at]! ^= change;
  const { errno, info, stage } = watchedLoad(kernel, { file: '', image });
  image[at]! ^= change;
  if (info?.signatureOk) return VERIFIED;
  const log = kernel.log.map(({ text }) => text).filter((text) => !text.includes('Unknown OID'));
  return [stage ?? 'init_module', errnoName(errno) ?? errno, ...log].join('; ');
}

function evenly<T>(all: readonly T[], count: number): T[] {
  const step = Math.max(1, all.length / count);
  return Array.from({ length: Math.min(count, all.length) }, (_, i) => all[Math.floor(i * step)]!);
}

function report(modules: number, answers: ReadonlyMap<string, number>): number {
  const count = (letIn: (row: string) => boolean) =>
    [...answers].reduce((sum, [row, times]) => sum + (letIn(row) ? times : 0), 0);
  const unread = count((row) => row === `PKCS#7: ${VERIFIED}`);
  const missed = count((row) => row.endsWith(VERIFIED)) - unread;
  for (const [row, times] of [...answers].sort()) console.log(`${String(times).padStart(6)}  ${row}`);
  const tried = count(() => true);
  console.log(
    `flipped bytes: ${modules} modules, ${tried} changes, ${tried - missed - unread} caught, ` +
      `${unread} in bytes of the PKCS#7 message that the kernel does not read, ${missed} missed`,
  );
  return missed === 0 ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));
