import { sysctl } from '../files/sysctl.ts';
import type { Kernel } from '../kernel.ts';
import { consoleState } from './console.ts';
import type { LogRecord } from './log-record.ts';
import { readLog } from './printk.ts';

const MICROSECONDS = 1e6;

/** `syslog(SYSLOG_ACTION_SIZE_BUFFER)`: bytes of the ring. */
export function syslogBufferSize(kernel: Kernel): number {
  return kernel.logBufferLength;
}

/**
 * `syslog(SYSLOG_ACTION_READ_ALL)`: what was logged since the log was last cleared, each line of a record with its
 * priority and time; of more than `size` bytes the latest whole records. A byte string.
 * Source: kernel/printk/printk.c, `syslog_print_all`.
 */
export function syslogReadAll(kernel: Kernel, size: number): string {
  const withTime = consoleState(kernel).time ?? kernel.profile.config('PRINTK_TIME') === 'y';
  const texts = readLog(kernel).map((record) => recordText(record, withTime));
  let length = texts.reduce((sum, text) => sum + text.length, 0);
  let first = 0;
  while (length > size) length -= texts[first++]!.length;
  return texts.slice(first).join('');
}

/** `record_print_text`. */
function recordText({ facility = 0, level, timestamp, text }: LogRecord, withTime: boolean): string {
  const seconds = String(Math.floor(timestamp / MICROSECONDS)).padStart(5);
  const time = withTime ? `[${seconds}.${String(timestamp % MICROSECONDS).padStart(6, '0')}] ` : '';
  const prefix = `<${(facility << 3) | level}>${time}`;
  return text
    .split('\n')
    .map((line) => `${prefix}${line}\n`)
    .join('');
}

/**
 * `check_syslog_permissions`: whether a user may read the log, or change what is kept and shown of it. The latter is
 * root's; the former everybody's, unless `dmesg_restrict` is set.
 */
export function maySyslog(kernel: Kernel, uid: number, what: 'read' | 'change'): boolean {
  return uid === 0 || (what === 'read' && sysctl(kernel, 'dmesg_restrict') === 0);
}
