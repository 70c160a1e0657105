import { type CommandLine, optionText, type ParsedWords } from '../command-line/getopt.ts';
import { InputError } from '../command-line/input-error.ts';

/** The command line of `check`. */
export const LINE: CommandLine = {
  name: 'kobox check',
  usage: '[options] [MODULE.ko...]',
  summary:
    'Tell for each module whether it loads on a kernel, and if not, why and what to do. Exit status: 0 all load, 1 some do not, 2 could not tell.',
  rows: [
    {
      short: 'k',
      long: 'kernel',
      argument: 'RELEASE',
      help: "the kernel; see 'kobox kernel list' (default: the machine's)",
    },
    {
      short: 't',
      long: 'tree',
      argument: 'DIR',
      help: 'a module tree: dependencies come from it; without MODULE.ko all of it is checked',
    },
    { short: 'a', long: 'args', argument: 'TEXT', help: 'module arguments that every checked module gets' },
    { short: 'c', long: 'cmdline', argument: 'TEXT', help: 'kernel command line, e.g. module.sig_enforce=1' },
    { short: 's', long: 'shard', argument: 'I/N', help: 'check the I-th of N parts only (I from 1)' },
    { short: 'm', long: 'merge', help: 'the operands are JSON reports of shards: put them together' },
    { short: 'j', long: 'json', help: 'report as JSON' },
    { long: 'sarif', help: 'report as SARIF 2.1.0' },
    { long: 'junit', help: 'report as JUnit XML' },
    { short: 'q', long: 'quiet', help: 'say nothing of modules that load' },
  ],
  examples: [
    'kobox check build/*.ko',
    'kobox check --kernel 6.1.0-56-amd64 --tree rootfs/lib/modules/6.1.0-56-amd64',
    'kobox check --tree TREE --shard 2/8 --json > part-2.json',
    'kobox check --merge part-*.json',
  ],
};

/** One part of many. */
export interface Shard {
  /** From 0. */
  readonly index: number;
  readonly count: number;
}

/** `I/N` of `--shard`. Raises InputError. */
export function shardOf(words: ParsedWords): Shard {
  const text = optionText(words, 'shard');
  if (text === undefined) return { index: 0, count: 1 };
  const match = /^(\d{1,6})\/(\d{1,6})$/.exec(text);
  const [part, count] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || part < 1 || part > count) throw new InputError(`--shard ${text}: write I/N, with I from 1 to N`);
  return { index: part - 1, count };
}
