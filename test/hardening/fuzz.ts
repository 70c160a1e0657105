import { parseArgs } from 'node:util';
import { openProfile } from '../../src/profile/open-profile.ts';
import { type ReplayReport, readCorpus, replayCorpus } from './fuzz/replay.ts';

const { values } = parseArgs({
  options: {
    profile: { type: 'string', default: 'src/profile/default/6.1.0-56-amd64.kernel' },
    corpus: { type: 'string' },
    bases: { type: 'string' },
    skip: { type: 'boolean', default: false },
    kind: { type: 'string', default: '' },
    every: { type: 'string', default: '1' },
  },
});

function replay(corpus: string, bases: string): number {
  const pattern = new RegExp(values.kind);
  const every = Number(values.every);
  const recipes = readCorpus(corpus).filter(
    ({ kind, id }, index) => index % every === 0 && pattern.test(`${id} ${kind}`),
  );
  const report = replayCorpus(recipes, openProfile(values.profile), bases, !values.skip, console.log);
  printReport(report);
  return report.defects === 0 ? 0 : 1;
}

function printReport({ byErrno, all, fatal, defects, slowest }: ReplayReport): void {
  const share = (part: number, whole: number) =>
    `${part}/${whole} (${((100 * part) / Math.max(1, whole)).toFixed(2)} %)`;
  for (const [name, row] of [...byErrno, ['all', all] as const])
    console.log(`${name.padEnd(14)} errno ${share(row.errno, row.recipes)}, log ${share(row.log, row.recipes)}`);
  console.log(
    `the real kernel died over ${fatal.recipes}: ${fatal.cameBack} answered, ${fatal.died} of them by the task's death`,
  );
  console.log(`defects ${defects}; slowest ${slowest.id} ${slowest.milliseconds.toFixed(0)} ms`);
}

process.exitCode = replay(values.corpus!, values.bases!);
