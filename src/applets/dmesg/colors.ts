/** The parts of a line that have a colour of their own. */
export type LogPart = 'subsystem' | 'time' | 'timebreak' | 'alert' | 'crit' | 'err' | 'warn' | 'segfault';

const RESET = '\x1b[0m';

/** util-linux's default scheme: sys-utils/dmesg.c, `colors[]`. */
const SEQUENCES: Readonly<Record<LogPart, string>> = {
  subsystem: '\x1b[33m',
  time: '\x1b[32m',
  timebreak: '\x1b[32m\x1b[1m',
  alert: '\x1b[7m\x1b[31m',
  crit: '\x1b[1m\x1b[31m',
  err: '\x1b[31m',
  warn: '\x1b[1m',
  segfault: '\x1b[2m\x1b[31m',
};

/** The parts of levels 1 to 4. */
const LEVEL_PARTS: readonly (LogPart | undefined)[] = [undefined, 'alert', 'crit', 'err', 'warn'];

/** The colour of a text after its subsystem; undefined: none. */
export function textPart(level: number, text: string): LogPart | undefined {
  return LEVEL_PARTS[level] ?? (text.includes('segfault at') ? 'segfault' : undefined);
}

/** One part of a line in its colour. */
export function paint(part: LogPart | undefined, text: string): string {
  return part === undefined ? text : `${SEQUENCES[part]}${text}${RESET}`;
}

/**
 * The length of the subsystem's name with the `: ` behind it; 0: the text has none, or nothing behind it (util-linux:
 * `get_subsys_delimiter`).
 */
export function subsystemLength(text: string): number {
  return /^[^\0]*?:[ \t](?=.)/s.exec(text)?.[0].length ?? 0;
}
