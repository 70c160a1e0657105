import type { Kernel } from '../kernel.ts';
import { versionAtLeast } from '../kernel-version.ts';
import { isSuppressed } from './console.ts';
import type { LogLevel, LogRecord } from './log-record.ts';

export { KERN, type LogLevel } from './log-record.ts';

/** `LOG_LINE_MAX`, kernel/printk/printk.c: room for one formatted message with its level prefix and the final NUL. */
export const LOG_LINE_MAX = 992;
/** `PRINTKRB_RECORD_MAX`, which took its place in 6.3. */
const PRINTKRB_RECORD_MAX = 1024;
/** `KERN_SOH` and the level's digit stand before the text and count against the limit. */
const LEVEL_PREFIX_LENGTH = 2;
/** `struct prb_data_block` before each text, kernel/printk/printk_ringbuffer.c; blocks are aligned to its size. */
const DATA_BLOCK_HEADER = 8;
/** `1 << CONFIG_LOG_BUF_SHIFT` bytes of text, one descriptor for each 32 of them (`PRB_AVGBITS`). */
const DESCRIPTOR_SHARE = 32;

/**
 * `printk(KERN_x text "\n")`: one whole message of one or more lines; the final newline is added here.
 * Sets: one more record, the oldest ones dropped when the ring is full. Source: kernel/printk/printk.c, `vprintk_store`.
 */
export function printk(kernel: Kernel, level: LogLevel, text: string): void {
  storeMessage(kernel, level, `${text}\n`);
}

/** `pr_*_once`, `printk_once`: says it only the first time that `key` is met on this boot. */
export function printkOnce(kernel: Kernel, key: string, level: LogLevel, text: string): void {
  if (kernel.saidOnce.has(key)) return;
  kernel.saidOnce.add(key);
  printk(kernel, level, text);
}

/** How a message came to `vprintk_store`. */
interface MessageForm {
  /** `KERN_CONT`: the text goes to the open record, if there is one. */
  readonly continued?: boolean;
  /** Characters of `KERN_x` that stood before the text: they count against the limit. */
  readonly prefixLength?: number;
  /** A device's message: it is finished without a newline too. */
  readonly finished?: boolean;
  /** Who says it; the kernel unless told. */
  readonly facility?: number;
}

/**
 * `vprintk_store`: a message as the format gave it. Without a newline at its end (also when the limit cut it off) the
 * record stays open.
 */
export function storeMessage(
  kernel: Kernel,
  level: LogLevel,
  message: string,
  { continued = false, prefixLength = LEVEL_PREFIX_LENGTH, finished = false, facility = 0 }: MessageForm = {},
): void {
  const limit = versionAtLeast(kernel, 6, 3) ? PRINTKRB_RECORD_MAX : LOG_LINE_MAX;
  const cut = message.slice(0, limit - 1 - prefixLength);
  const text = cut.endsWith('\n') ? cut.slice(0, -1) : cut;
  const whole = finished || text !== cut;
  const last = kernel.log.at(-1);
  if (continued && last?.open && last.text.length + text.length < limit) {
    kernel.log[kernel.log.length - 1] = record(last, last.level, last.text + text, !whole);
    return;
  }
  if (last?.open) kernel.log[kernel.log.length - 1] = record(last, last.level, last.text, false);
  const silent = isSuppressed(kernel, level);
  const place = {
    sequence: kernel.nextLogSequence++,
    timestamp: kernel.clock(),
    ...(silent && { silent }),
    ...(facility && { facility }),
  };
  kernel.log.push(record(place, level, text, !whole));
  dropOldest(kernel);
}

/** What a reader of the log sees (`syslog(SYSLOG_ACTION_READ_ALL)`): finished records since the log was last cleared. */
export function readLog(kernel: Kernel): LogRecord[] {
  return kernel.log.filter((entry) => !entry.open && entry.sequence >= kernel.clearedLogSequence);
}

/** `syslog(SYSLOG_ACTION_CLEAR)`: later readers begin after the finished records that are there now (`prb_next_seq`). */
export function clearLog(kernel: Kernel): void {
  const last = kernel.log.at(-1);
  kernel.clearedLogSequence = last?.open ? last.sequence : kernel.nextLogSequence;
}

function record(
  place: Pick<LogRecord, 'sequence' | 'timestamp' | 'silent' | 'facility'>,
  level: LogLevel,
  text: string,
  open: boolean,
): LogRecord {
  const reserved = text.length + LEVEL_PREFIX_LENGTH + 1;
  const space = Math.ceil((DATA_BLOCK_HEADER + reserved) / DATA_BLOCK_HEADER) * DATA_BLOCK_HEADER;
  const { sequence, timestamp, silent, facility } = place;
  const more = { ...(facility && { facility }), ...(open && { open }), ...(silent && { silent }) };
  return { sequence, timestamp, level, text, ...more, space };
}

/** The space of a log's records when one was last added, so that it need not be added up for each message. */
const SPACES = new WeakMap<
  readonly LogRecord[],
  { readonly last: LogRecord; readonly length: number; readonly space: number }
>();

/** The space of all records, one of which may just have been added. */
function spaceOf(log: readonly LogRecord[]): number {
  const known = SPACES.get(log);
  if (known !== undefined && known.length === log.length - 1 && known.last === log.at(-2)) {
    return known.space + log.at(-1)!.space;
  }
  return log.reduce((sum, { space }) => sum + space, 0);
}

function dropOldest(kernel: Kernel): void {
  const { log, logBufferLength } = kernel;
  let space = spaceOf(log);
  let dropped = 0;
  while (space > logBufferLength || log.length - dropped > logBufferLength / DESCRIPTOR_SHARE) {
    space -= log[dropped++]!.space;
  }
  if (dropped > 0) log.splice(0, dropped);
  const last = log.at(-1);
  if (last !== undefined) SPACES.set(log, { last, length: log.length, space });
}
