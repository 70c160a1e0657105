import type { LogRecord } from '../../kernel/log/log-record.ts';

/** A message as a reader of the log took it from its source. Texts are byte strings. */
export interface LogEntry {
  /** -1: the source does not tell it. */
  readonly facility: number;
  /** -1: the source does not tell it. */
  readonly level: number;
  /** Microseconds since boot; 0 when nothing asked for it. */
  readonly time: number;
  readonly text: string;
  /** What stands behind the text in the buffer that it was read from: its readers do not always stop at its end. */
  readonly behind: string;
}

/** Facilities of syslog(3), by number: what has a higher one has no name. */
export const FACILITY_NAMES = [
  'kern',
  'user',
  'mail',
  'daemon',
  'auth',
  'syslog',
  'lpr',
  'news',
  'uucp',
  'cron',
  'authpriv',
  'ftp',
] as const;

/** Levels of syslog(3), by number. */
export const LEVEL_NAMES = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'] as const;

/** Facility and level of a priority; -1: out of the tables (util-linux: `parse_faclev`, which takes one facility too many). */
export function splitPriority(priority: number): Pick<LogEntry, 'facility' | 'level'> {
  const facility = (priority >> 3) & 0x7f;
  return { level: priority & 7, facility: facility > FACILITY_NAMES.length ? -1 : facility };
}

/** A record as a read of /dev/kmsg gives it. */
export function kmsgEntry({ facility = 0, level, timestamp, text }: LogRecord, withTime: boolean): LogEntry {
  return { ...splitPriority((facility << 3) | level), time: withTime ? timestamp : 0, text, behind: '' };
}
