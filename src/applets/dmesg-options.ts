import type { AppletContext } from './applet.ts';
import { LEVEL_NAMES, type TimeFormat } from './dmesg-format.ts';
import type { CommandLine, OptionRow, ParsedWords } from './getopt.ts';
import { InputError } from './input-error.ts';

/** util-linux 2.38's options, as far as a kernel log alone can serve them. */
const ROWS: readonly OptionRow[] = [
  { short: 'C', long: 'clear', help: 'clear the log' },
  { short: 'c', long: 'read-clear', help: 'show the log, then clear it' },
  { short: 'D', long: 'console-off', help: 'nothing but emergencies to the console' },
  { short: 'E', long: 'console-on', help: 'to the console again what went there before' },
  { short: 'f', long: 'facility', argument: 'list', help: 'only these facilities' },
  { short: 'H', long: 'human', help: 'for people: relative times, colours' },
  { short: 'J', long: 'json', help: 'as JSON' },
  { short: 'k', long: 'kernel', help: 'only messages of the kernel' },
  { short: 'L', long: 'color', argument: 'when', optional: true, help: 'colours: auto, always or never' },
  { short: 'l', long: 'level', argument: 'list', help: 'only these levels, e.g. err,warn' },
  { short: 'n', long: 'console-level', argument: 'level', help: 'to the console what is worse than this level' },
  { long: 'on-console', help: 'only what reached the console' },
  { short: 'P', long: 'nopager', help: 'accepted: no pager is used' },
  { short: 'p', long: 'force-prefix', help: 'the prefix on each line of a record' },
  { short: 'r', long: 'raw', help: 'as the log holds it: <LEVEL> in front, nothing escaped' },
  { long: 'noescape', help: 'show unprintable bytes as they are' },
  { short: 'S', long: 'syslog', help: 'accepted: there is one log' },
  { short: 's', long: 'buffer-size', argument: 'size', help: 'accepted: all is read' },
  { short: 'u', long: 'userspace', help: 'only messages of programs' },
  { short: 'w', long: 'follow', help: 'go on with what is to come' },
  { short: 'W', long: 'follow-new', help: 'only what is to come' },
  { short: 'x', long: 'decode', help: 'facility and level as words' },
  { short: 'd', long: 'show-delta', help: 'the time since the last message' },
  { short: 'e', long: 'reltime', help: 'local time and time since the last message' },
  { short: 'T', long: 'ctime', help: 'the time of day' },
  { short: 't', long: 'notime', help: 'no time' },
  { long: 'time-format', argument: 'format', help: 'delta, reltime, ctime, notime or iso' },
  { short: 'h', long: 'help', help: 'show this help' },
  { short: 'V', long: 'version', help: 'show the version' },
];

/** busybox 1.35's. */
const BUSYBOX_ROWS: readonly OptionRow[] = ROWS.filter((row) => ['c', 'n', 's', 'r'].includes(row.short ?? '')).map(
  ({ long: _long, ...row }) => row,
);

/** The command line of dmesg in each style. */
export const DMESG_LINES: Readonly<Record<'busybox' | 'kmod', CommandLine>> = {
  kmod: {
    name: 'dmesg',
    usage: '[options]',
    summary: 'Show or clear the kernel log.',
    rows: ROWS,
    examples: ['dmesg -l err,warn', 'dmesg --follow'],
  },
  busybox: { name: 'dmesg', usage: '[-cr] [-n LEVEL] [-s SIZE]', summary: '', rows: BUSYBOX_ROWS },
};

/** What dmesg is to do. */
export interface DmesgRequest {
  readonly show: boolean;
  readonly clear: boolean;
  readonly follow: boolean;
  readonly onlyNew: boolean;
  readonly json: boolean;
  readonly raw: boolean;
  readonly decode: boolean;
  readonly forcePrefix: boolean;
  readonly noEscape: boolean;
  readonly time: TimeFormat;
  /** Level numbers; undefined: all. */
  readonly levels: ReadonlySet<number> | undefined;
  /** Messages of the kernel are wanted: it is the only one who writes here. */
  readonly kernel: boolean;
  readonly color: boolean;
  /** What becomes of the console. */
  readonly console: ConsoleChange | undefined;
  /** Only what reached the console. */
  readonly onConsole: boolean;
}

/** `klogctl`'s way with the console: a level for it, or off and on. */
export type ConsoleChange = number | 'off' | 'on';

const TIME_FORMATS: Readonly<Record<string, TimeFormat>> = {
  delta: 'delta',
  reltime: 'reltime',
  ctime: 'ctime',
  notime: 'none',
  iso: 'iso',
};

/** Makes sense of the options. Raises InputError for a level, format or colour that is none. */
export function dmesgRequest(parsed: ParsedWords, context: AppletContext): DmesgRequest {
  const has = (long: string, short = '') => parsed.options[long] !== undefined || parsed.options[short] !== undefined;
  const text = (long: string) => {
    const value = parsed.options[long];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    show: !has('clear') && !has('console-off') && !has('console-on') && !has('console-level', 'n'),
    clear: has('clear') || has('read-clear', 'c'),
    follow: has('follow') || has('follow-new'),
    onlyNew: has('follow-new'),
    json: has('json'),
    raw: has('raw', 'r'),
    decode: has('decode'),
    forcePrefix: has('force-prefix'),
    noEscape: has('noescape'),
    time: timeFormat(has, text('time-format')),
    levels: levels(text('level')),
    kernel: facilities(text('facility')) && (!has('userspace') || has('kernel')),
    color: wantsColor(has, parsed.options['color'], context),
    console: consoleChange(has, text('console-level') ?? text('n')),
    onConsole: has('on-console'),
  };
}

/** A name stands for what is as bad as it, or worse; a number is the kernel's own. */
function consoleChange(has: (long: string) => boolean, level: string | undefined): ConsoleChange | undefined {
  if (level !== undefined) return /^\d+$/.test(level) ? Number(level) : levelNumber(level) + 1;
  if (has('console-off')) return 'off';
  return has('console-on') ? 'on' : undefined;
}

function timeFormat(has: (long: string) => boolean, name: string | undefined): TimeFormat {
  if (name !== undefined) {
    const format = Object.hasOwn(TIME_FORMATS, name) ? TIME_FORMATS[name] : undefined;
    if (format === undefined) throw new InputError(`unknown time format: ${name}`);
    return format;
  }
  if (has('notime')) return 'none';
  if (has('ctime')) return 'ctime';
  if (has('reltime') || has('human')) return 'reltime';
  return has('show-delta') ? 'delta' : 'boot';
}

/** `err`, `err,warn`, `err+` (and worse), `+err` (and milder). */
function levels(list: string | undefined): ReadonlySet<number> | undefined {
  if (list === undefined) return undefined;
  const numbers = list.split(',').flatMap((word) => {
    const level = levelNumber(word.replace(/^\+|\+$/g, ''));
    if (word.endsWith('+')) return LEVEL_NAMES.map((_, number) => number).slice(0, level + 1);
    return word.startsWith('+') ? LEVEL_NAMES.map((_, number) => number).slice(level) : [level];
  });
  return new Set(numbers);
}

function levelNumber(word: string): number {
  const level = /^[0-7]$/.test(word) ? Number(word) : (LEVEL_NAMES as readonly string[]).indexOf(word);
  if (level < 0) throw new InputError(`unknown level '${word}'`);
  return level;
}

/** Facilities of syslog(3) that util-linux lists; all messages here are the first one's. */
const FACILITIES = ['kern', 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news'];

function facilities(list: string | undefined): boolean {
  if (list === undefined) return true;
  const words = list.split(',');
  const unknown = words.find((word) => !FACILITIES.includes(word));
  if (unknown !== undefined) throw new InputError(`unknown facility '${unknown}'`);
  return words.includes('kern');
}

function wantsColor(
  has: (long: string) => boolean,
  when: string | true | readonly string[] | undefined,
  context: AppletContext,
): boolean {
  if (typeof when === 'string' && !['auto', 'always', 'never'].includes(when)) {
    throw new InputError(`unsupported color mode: '${when}'`);
  }
  if (when === 'never' || has('raw') || has('json')) return false;
  return when === 'always' || (context.stdout.isTTY && !context.env['NO_COLOR']);
}
