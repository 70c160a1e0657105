import type { OptionRow } from '../command-line/getopt.ts';
import type { OptionTable } from '../command-line/getopt-long.ts';
import { InputError } from '../command-line/input-error.ts';

/** util-linux 2.38's options in the order of its table, and one of our own at the end. */
export const ROWS: readonly OptionRow[] = [
  { short: 's', long: 'buffer-size', argument: 'size', help: 'with --syslog: read so many bytes' },
  { short: 'C', long: 'clear', help: 'clear the log' },
  { short: 'L', long: 'color', argument: 'when', optional: true, help: 'colours: auto, always or never' },
  { short: 'n', long: 'console-level', argument: 'level', help: 'to the console what is worse than this level' },
  { short: 'D', long: 'console-off', help: 'nothing but emergencies to the console' },
  { short: 'E', long: 'console-on', help: 'to the console again what went there before' },
  { short: 'x', long: 'decode', help: 'facility and level as words' },
  { short: 'F', long: 'file', argument: 'file', help: 'read this file as --syslog reads the log' },
  { short: 'f', long: 'facility', argument: 'list', help: 'only these facilities' },
  { short: 'w', long: 'follow', help: 'go on with what is to come' },
  { short: 'W', long: 'follow-new', help: 'only what is to come' },
  { short: 'H', long: 'human', help: 'for people: relative times, colours' },
  { short: 'h', long: 'help', help: 'show this help' },
  { short: 'J', long: 'json', help: 'as JSON' },
  { short: 'k', long: 'kernel', help: 'only messages of the kernel' },
  { short: 'l', long: 'level', argument: 'list', help: 'only these levels, e.g. err,warn' },
  { long: 'since', argument: 'time', help: 'only what came after that time' },
  { short: 'S', long: 'syslog', help: 'read the log as syslog(2) gives it, line by line' },
  { short: 'r', long: 'raw', help: 'as the log holds it; with -t only <LEVEL> in front, nothing escaped' },
  { short: 'c', long: 'read-clear', help: 'show the log, then clear it' },
  { short: 'e', long: 'reltime', help: 'local time and time since the last message' },
  { short: 'd', long: 'show-delta', help: 'the time since the last message' },
  { short: 'T', long: 'ctime', help: 'the time of day' },
  { long: 'noescape', help: 'show unprintable characters as they are' },
  { short: 't', long: 'notime', help: 'no time' },
  { short: 'P', long: 'nopager', help: 'accepted: no pager is used' },
  { long: 'until', argument: 'time', help: 'only what came before that time' },
  { short: 'u', long: 'userspace', help: 'only messages of programs' },
  { short: 'V', long: 'version', help: 'show the version' },
  { long: 'time-format', argument: 'format', help: 'delta, reltime, ctime, notime or iso' },
  { short: 'p', long: 'force-prefix', help: 'the prefix on each line of a record' },
  { long: 'on-console', help: 'only what reached the console' },
];

/** The same for getopt_long(3). It takes `-i` too, and then knows nothing of it. */
export const TABLE: OptionTable = {
  short: 'CcDdEeF:f:HhJkL::l:n:iPprSs:TtuVWwx',
  long: ROWS.map(({ short, long = '', argument, optional }) => ({
    name: long,
    takesValue: optional ? ('optional' as const) : argument !== undefined,
    id: short ?? long,
  })),
};

/** Options that exclude each other. Raw without a time is ours: the model knows neither of the two then. */
const EXCLUSIVE = ['CDEcnr', 'Hr', 'Lr', 'Sw', 'Tr', 'dr', 'er', 'rx'];

/**
 * One more option: `seen` keeps the first of each group. Raises InputError when they exclude each other. Source:
 * util-linux, include/optutils.h, `err_exclusive_options`.
 */
export function exclude(id: string, seen: Map<string, string>): void {
  for (const group of EXCLUSIVE.filter((each) => each.includes(id))) {
    const before = seen.get(group) ?? id;
    seen.set(group, before);
    if (before === id) continue;
    const names = [...group].map((short) => ` --${ROWS.find((row) => row.short === short)!.long}`);
    throw new InputError(`mutually exclusive arguments:${names.join('')}`);
  }
}
