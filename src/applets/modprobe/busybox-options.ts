import { flag, type OptionTable } from '../command-line/getopt-long.ts';

/** busybox 1.35's options of modprobe. */
export const OPTIONS: OptionTable = {
  short: 'alrqvsDb',
  long: [flag('show-depends', 'D'), flag('help', 'help')],
};

/** Options that do not go together. */
const EXCLUDES: Readonly<Record<string, string>> = { l: 'arD', r: 'alD', a: 'lr', D: 'rl' };

/** Whether options were given that do not go together: busybox shows its usage. */
export function isContradictory(options: ReadonlySet<string>): boolean {
  return [...options].some((option) => [...(EXCLUDES[option] ?? '')].some((other) => options.has(other)));
}
