import { parseArgs } from 'node:util';
import type { KernelProfile } from '../../src/profile/kernel-profile.ts';
import { openProfile } from '../../src/profile/open-profile.ts';
import { attack } from './fuzz/attack.ts';
import { type ReplayReport, readCorpus, replayCorpus } from './fuzz/replay.ts';
import { fuzzTargets, scratchDirectory } from './fuzz/targets.ts';

/**
 * `fuzz.ts [--count N] [--seed S] [--target REGEX]`: N mutants for every reader of files, then a share of the mutants that
 * the real kernel has judged. `--corpus FILE [--bases DIRECTORY] [--kind REGEX] [--every N] [--skip]`: those alone; `--skip`
 * does not run modules' code.
 */
const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    target: { type: 'string', default: '' },
    profile: { type: 'string', default: 'src/profile/default/6.1.0-56-amd64.kernel' },
    corpus: { type: 'string' },
    bases: { type: 'string', default: 'test/scenarios/modules' },
    skip: { type: 'boolean', default: false },
    kind: { type: 'string', default: '' },
    every: { type: 'string', default: '1' },
  },
});

const RECORDED = 'test/hardening/recorded/mutants.jsonl.gz';
/** What has to agree, in parts of the recipes: errno of all, errno of each that many have, log of all. */
const REQUIRED = { errno: 0.995, eachErrno: 0.99, log: 0.98, many: 100 };

async function attackAll(profile: KernelProfile, count: number, seed: number): Promise<number> {
  const scratch = scratchDirectory();
  let defects = 0;
  for (const target of await fuzzTargets(profile, scratch.path)) {
    if (!new RegExp(values.target).test(target.name)) continue;
    const report = await attack(target, count, seed);
    defects += report.defects.length;
    const figures = `${report.tried} tried, ${report.refused} refused, slowest ${report.slowest.toFixed(0)} ms`;
    console.log(`${target.name.padEnd(32)} ${figures}, defects ${report.defects.length}`);
    for (const defect of report.defects) console.log(`  ${defect}`);
  }
  scratch.remove();
  return defects === 0 ? 0 : 1;
}

function replay(profile: KernelProfile, corpus: string, every: number, tell: (line: string) => void): number {
  const pattern = new RegExp(values.kind);
  const recipes = readCorpus(corpus).filter(
    ({ kind, id }, index) => index % every === 0 && pattern.test(`${id} ${kind}`),
  );
  const report = replayCorpus(recipes, profile, values.bases, !values.skip, tell);
  printReport(report);
  return report.defects === 0 && report.unexpected.length === 0 && agrees(report) ? 0 : 1;
}

function agrees({ all, byErrno }: ReplayReport): boolean {
  const each = [...byErrno.values()].filter(({ recipes }) => recipes >= REQUIRED.many);
  return (
    all.errno >= REQUIRED.errno * all.recipes &&
    (values.skip || all.log >= REQUIRED.log * all.recipes) &&
    each.every(({ errno, recipes }) => errno >= REQUIRED.eachErrno * recipes)
  );
}

function printReport({ byErrno, all, fatal, defects, unexpected, slowest }: ReplayReport): void {
  const share = (part: number, whole: number) =>
    `${part}/${whole} (${((100 * part) / Math.max(1, whole)).toFixed(2)} %)`;
  for (const [name, row] of [...byErrno, ['all', all] as const])
    console.log(`${name.padEnd(14)} errno ${share(row.errno, row.recipes)}, log ${share(row.log, row.recipes)}`);
  console.log(
    `the real kernel died over ${fatal.recipes}: ${fatal.cameBack} answered, ${fatal.died} of them by the task's death`,
  );
  for (const line of unexpected) console.log(line);
  console.log(
    `unexpected disagreements ${unexpected.length}; defects ${defects}; slowest ${slowest.id} ${slowest.milliseconds.toFixed(0)} ms`,
  );
}

async function main(): Promise<number> {
  const profile = openProfile(values.profile);
  if (values.corpus !== undefined) return replay(profile, values.corpus, Number(values.every), console.log);
  const status = await attackAll(profile, Number(values.count), Number(values.seed));
  const silent = () => undefined;
  return values.target === '' ? Math.max(status, replay(profile, RECORDED, Number(values.every), silent)) : status;
}

process.exitCode = await main();
