import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { signatureCrypto } from '../../../src/host/signature-crypto.ts';
import { createKernel } from '../../../src/kernel/create-kernel.ts';
import type { Kernel } from '../../../src/kernel/kernel.ts';
import { skippingRunner } from '../../../src/kernel/skipping-runner.ts';
import { deleteModule, initModule } from '../../../src/kernel/syscalls.ts';
import { O_NONBLOCK } from '../../../src/kernel/unload.ts';
import { kernelVerifier } from '../../../src/signature/kernel-verifier.ts';
import { nameIn, rebuildModule } from '../../support/rebuild-module.ts';
import { applyRecipe } from '../../support/recipe.ts';
import type { ScenarioFile } from '../../support/scenario.ts';
import { scenarioFileBytes } from '../../support/scenario-files.ts';
import { factsProfile } from './facts-profile.ts';

/** One init_module on a running kernel, and what that kernel's log said of it: text alone, without the module's own. */
interface Recorded {
  readonly shows: string;
  readonly needs?: readonly string[];
  readonly file: ScenarioFile;
  readonly log: readonly string[];
}

const ROOT = { uid: 0 };
/** One boot: what one load taints, the next one meets. */
interface Boot {
  readonly series: string;
  /** What was loaded before, for what it taints. */
  readonly before: readonly ScenarioFile[];
  readonly loads: readonly Recorded[];
}

const BOOTS: readonly Boot[] = JSON.parse(readFileSync(join(import.meta.dirname, 'recorded.json'), 'utf8'));

describe.each(BOOTS)('a kernel of $series answers as it did in one boot', ({ series, before, loads }) => {
  const kernel = createKernel(factsProfile(series), skippingRunner, () => 0);
  kernel.verifySignature = kernelVerifier(signatureCrypto, () => []);
  for (const file of before) play(kernel, [], file);
  const rows = loads.map(({ shows, needs = [], file, log }) => [shows, log, play(kernel, needs, file)] as const);
  it.each(rows)('%s', (_shows, log, got) => {
    expect(got).toEqual(log);
  });
});

function play(kernel: Kernel, needs: readonly string[], file: ScenarioFile): string[] {
  for (const name of needs) initModule(kernel, rebuilt(kernel, name), '', ROOT);
  const before = kernel.log.length;
  initModule(kernel, rebuilt(kernel, file), '', ROOT);
  const lines = kernel.log.slice(before).flatMap(({ text }) => text.split('\n'));
  for (const { name } of [...kernel.modules].reverse()) deleteModule(kernel, name, O_NONBLOCK, ROOT);
  return lines.map(normalise);
}

/** Addresses are the machine's own; numbers of sections those of another compiler's file. */
function normalise(line: string): string {
  const text = line.replace(/\b[0-9a-f]{16}\b/g, 'ADDRESS').replace(/ val [0-9a-f]+/, ' val N');
  return text.startsWith('Invalid ELF') ? text.replace(/\d+/g, 'N') : text;
}

/** The recipe is applied to the module that was built for this kernel. */
function rebuilt({ profile }: Kernel, file: ScenarioFile): Uint8Array {
  const [base, steps] = typeof file === 'string' ? [file, []] : [file.base, file.steps];
  const renamed = JSON.stringify(steps).replaceAll('"_printk"', JSON.stringify(nameIn(profile, '_printk')));
  return new Uint8Array(applyRecipe(rebuildModule(scenarioFileBytes(base), profile), JSON.parse(renamed)));
}
