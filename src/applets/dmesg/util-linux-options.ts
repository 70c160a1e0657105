import type { AppletContext } from '../applet.ts';
import { getoptLong } from '../command-line/getopt-long.ts';
import { InputError } from '../command-line/input-error.ts';
import type { ConsoleChange } from './console-change.ts';
import { parseBufferSize, parseConsoleLevel, parseFacilities, parseLevels } from './parse-lists.ts';
import { parseTimestamp } from './parse-timestamp.ts';
import type { TimeFormat } from './time-stamp.ts';
import { exclude, TABLE } from './util-linux-rows.ts';

/** What dmesg is to do: util-linux's `struct dmesg_control` before its options are put into accord. */
export interface DmesgRequest {
  readonly action: 'read' | 'read-clear' | 'clear' | 'help' | 'version' | ConsoleChangeAction;
  readonly time: TimeFormat;
  readonly delta: boolean;
  readonly raw: boolean;
  readonly noTime: boolean;
  readonly json: boolean;
  readonly decode: boolean;
  readonly forcePrefix: boolean;
  readonly noEscape: boolean;
  readonly color: string | undefined;
  readonly levels: ReadonlySet<number> | undefined;
  readonly facilities: ReadonlySet<number> | undefined;
  /** Seconds since the epoch; 0: no limit. */
  readonly since: number;
  readonly until: number;
  readonly file: string | undefined;
  readonly syslog: boolean;
  readonly bufferSize: number;
  readonly follow: boolean;
  readonly onlyNew: boolean;
  readonly onConsole: boolean;
}

/** A change of the console, as an action. */
interface ConsoleChangeAction {
  readonly console: ConsoleChange;
}

const TIME_FORMATS: Readonly<Record<string, TimeFormat>> = {
  delta: 'delta',
  reltime: 'reltime',
  ctime: 'ctime',
  notime: 'none',
  iso: 'iso',
};

const NOTHING_ASKED: DmesgRequest = {
  action: 'read',
  time: 'time',
  delta: false,
  raw: false,
  noTime: false,
  json: false,
  decode: false,
  forcePrefix: false,
  noEscape: false,
  color: undefined,
  levels: undefined,
  facilities: undefined,
  since: 0,
  until: 0,
  file: undefined,
  syslog: false,
  bufferSize: 0,
  follow: false,
  onlyNew: false,
  onConsole: false,
};

type Effect = (value: string, request: DmesgRequest) => Partial<DmesgRequest>;

const USER_FACILITIES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

/** What each option sets. Effects raise InputError, SilentError. */
const EFFECTS: Readonly<Record<string, Effect>> = {
  C: () => ({ action: 'clear' }),
  c: () => ({ action: 'read-clear' }),
  D: () => ({ action: { console: 'off' } }),
  E: () => ({ action: { console: 'on' } }),
  n: (value) => ({ action: { console: parseConsoleLevel(value) } }),
  h: () => ({ action: 'help' }),
  V: () => ({ action: 'version' }),
  d: () => ({ delta: true }),
  e: () => ({ time: 'reltime' }),
  H: () => ({ time: 'reltime', color: 'auto' }),
  T: () => ({ time: 'ctime' }),
  t: () => ({ time: 'none', noTime: true }),
  'time-format': (value) => ({ time: timeFormat(value) }),
  F: (value) => ({ file: value, syslog: false }),
  S: () => ({ syslog: true, file: undefined }),
  s: (value) => ({ bufferSize: parseBufferSize(value) }),
  f: (value, request) => addFacilities(request, parseFacilities(value)),
  k: (_value, request) => addFacilities(request, [0]),
  u: (_value, request) => addFacilities(request, USER_FACILITIES),
  l: (value, { levels }) => ({ levels: new Set([...(levels ?? []), ...parseLevels(value)]) }),
  J: () => ({ json: true }),
  L: (value) => ({ color: colorMode(value) }),
  P: () => ({}),
  p: () => ({ forcePrefix: true }),
  r: () => ({ raw: true }),
  noescape: () => ({ noEscape: true }),
  since: (value) => ({ since: timestamp(value) }),
  until: (value) => ({ until: timestamp(value) }),
  w: () => ({ follow: true }),
  W: () => ({ follow: true, onlyNew: true }),
  x: () => ({ decode: true }),
  'on-console': () => ({ onConsole: true }),
};

/** A command line that getopt refuses: its complaint, if it has one. */
export interface Refusal {
  readonly refused: string | undefined;
}

/** Takes the words in their order. Raises InputError, SilentError for a value that cannot be used. */
export function parseOptions({ argv }: Pick<AppletContext, 'argv'>): DmesgRequest | Refusal {
  const { options, operands } = getoptLong(argv, TABLE);
  let request = NOTHING_ASKED;
  const seen = new Map<string, string>();
  for (const option of options) {
    if ('message' in option) return { refused: option.message };
    exclude(option.id, seen);
    const effect = EFFECTS[option.id];
    if (effect === undefined) return { refused: undefined };
    request = { ...request, ...effect(option.value, request) };
    if (request.action === 'help' || request.action === 'version') return request;
  }
  return operands.length > 0 ? { refused: 'bad usage' } : request;
}

function addFacilities({ facilities }: DmesgRequest, more: Iterable<number>): Partial<DmesgRequest> {
  return { facilities: new Set([...(facilities ?? []), ...more]) };
}

function timeFormat(name: string): TimeFormat {
  const format = Object.hasOwn(TIME_FORMATS, name) ? TIME_FORMATS[name] : undefined;
  if (format === undefined) throw new InputError(`unknown time format: ${name}`);
  return format;
}

/** Without a word: `auto` (util-linux: lib/colors.c, `colormode_or_err`). */
function colorMode(word: string): string {
  const mode = word.replace(/^=/, '');
  if (word !== '' && !['auto', 'never', 'always'].includes(mode.toLowerCase())) {
    throw new InputError(`unsupported color mode: '${mode}'`);
  }
  return mode.toLowerCase() || 'auto';
}

function timestamp(text: string): number {
  const seconds = parseTimestamp(text, new Date());
  if (seconds === undefined) throw new InputError(`invalid time value "${text}"`);
  return seconds;
}
