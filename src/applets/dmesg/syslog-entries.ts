import { type LogEntry, splitPriority } from './log-entry.ts';

const MICROSECONDS = 1e6;

/** What is wanted of the records of a buffer. */
export interface EntryRules {
  readonly withPriority: boolean;
  readonly withTime: boolean;
}

/**
 * The records of a text as syslog(2) gives it, `<PRIORITY>[TIME] text` a line. A line that begins with anything but `<`
 * belongs to the record before it. Source: util-linux, sys-utils/dmesg.c, `get_next_syslog_record`.
 */
export function* syslogEntries(buffer: string, rules: EntryRules): Generator<LogEntry> {
  for (let begin = firstByte(buffer, 0); begin < buffer.length; ) {
    const end = recordEnd(buffer, begin);
    yield parseRecord(buffer, begin, end, rules);
    begin = firstByte(buffer, end + 1);
  }
}

/** Zeros may stand between records. */
function firstByte(buffer: string, from: number): number {
  let at = from;
  while (buffer[at] === '\0') at++;
  return at;
}

function recordEnd(buffer: string, begin: number): number {
  const next = buffer.indexOf('\n<', begin + 1);
  return next < 0 ? buffer.length : next;
}

function parseRecord(buffer: string, begin: number, end: number, { withPriority, withTime }: EntryRules): LogEntry {
  let at = begin;
  let priority = { facility: -1, level: -1 };
  let time = 0;
  if (buffer[at] === '<') {
    const number = withPriority ? /^\s*[+-]?\d+/.exec(buffer.slice(at + 1, end))?.[0] : undefined;
    if (number !== undefined) priority = splitPriority(Number(number));
    at = withPriority ? at + 1 + (number === undefined ? 0 : number.length + 1) : behind(buffer, at, end, '>');
  }
  if (/^\[[ \d]/.test(buffer.slice(at, at + 2))) {
    if (withTime) {
      const stamp = parseTime(buffer.slice(at + 1, end + 1));
      time = stamp.time;
      at += 1 + stamp.length;
    } else at = behind(buffer, at, end, ']');
    if (at < end && buffer[at] === ' ') at++;
  }
  const isLast = end === buffer.length;
  const stop = isLast && buffer[end - 1] === '\n' ? end - 1 : end;
  return { ...priority, time, text: buffer.slice(at, Math.max(at, stop)), behind: buffer.slice(stop) };
}

/** The place behind the next `mark`, or the end. */
function behind(buffer: string, from: number, end: number, mark: string): number {
  let at = from;
  while (at < end && buffer[at] !== mark && buffer[at] !== '\0') at++;
  return Math.min(at + 1, end);
}

/** `12.345678]`: microseconds, and the length with the bracket; 0 when it is no time (util-linux: `parse_syslog_timestamp`). */
function parseTime(text: string): { readonly time: number; readonly length: number } {
  const [seconds = ''] = /^\s*[+-]?\d+/.exec(text) ?? [];
  const time = Number(seconds) * MICROSECONDS;
  const [fraction, digits] = /^\.(\s*[+-]?\d+)/.exec(text.slice(seconds.length)) ?? [];
  const length = seconds.length + (fraction?.length ?? 0);
  const isTime = seconds !== '' && text[length] === ']';
  return { time: time + Number(digits ?? 0), length: isTime ? length + 1 : 0 };
}
