import { nanoseconds } from '../../../kernel/clock.ts';
import { sysctls } from '../../../kernel/files/sysctl.ts';
import { KERN, type LogLevel, storeMessage } from '../../../kernel/log/printk.ts';
import { ratelimit } from '../../../kernel/log/ratelimit.ts';
import type { Address } from '../../../memory/address.ts';
import { dumpStack } from '../../core/faults/dump.ts';
import { panic } from '../../core/faults/panic.ts';
import { CUT_HERE } from '../../core/faults/warn.ts';
import { formatContext } from '../../core/format-session.ts';
import type { Session } from '../../core/session.ts';
import { jiffies, ticksPerSecond, ticksToNanoseconds } from '../../core/tasks/virtual-clock.ts';
import { hexLine, textColumn } from '../../hex-line.ts';
import { type GuestCall, olderRowsOf, row, rowsOf } from '../../kernel-function.ts';
import { type FormatArguments, guestArguments } from '../../vsprintf/format-context.ts';
import { vsprintf } from '../../vsprintf/vsprintf.ts';

/** `KERN_SOH`, include/linux/kern_levels.h. */
const SOH = '\x01';
/** `default_message_loglevel` in `console_printk[]`, include/linux/printk.h. */
const DEFAULT_MESSAGE_LEVEL = 1;

/** The arguments of a variadic call from `first` on. */
export function variadic(call: GuestCall, first: number): FormatArguments {
  let index = first;
  return { next: () => call.cpu.argument(index++) };
}

/** The text of a format and its arguments. Raises GuestFault. */
export function format(call: GuestCall, text: string, args: FormatArguments): string {
  return vsprintf(formatContext(call.session), text, args);
}

/** `printk_parse_prefix` over all levels that stand before a message: the last digit counts, `c` continues. */
function parsePrefix(message: string): { level?: LogLevel; continued: boolean; text: string } {
  let level: LogLevel | undefined;
  let continued = false;
  let text = message;
  for (let letter = text[1]; text[0] === SOH && letter !== undefined && /[0-7c]/.test(letter); letter = text[1]) {
    if (letter === 'c') continued = true;
    else level ??= Number(letter) as LogLevel;
    text = text.slice(2);
  }
  return level === undefined ? { continued, text } : { level, continued, text };
}

/**
 * `vprintk_store`: one message as printk was given it; `finished`: a device's own, which nothing continues. Returns the
 * length of the text without its final newline.
 */
export function emit(session: Session, message: string, level?: LogLevel, finished = false): number {
  const { kernel } = session;
  const { level: given, continued, text } = parsePrefix(message);
  const usual = sysctls(kernel, 'printk')[DEFAULT_MESSAGE_LEVEL] as LogLevel;
  const prefixLength = message.length - text.length;
  storeMessage(kernel, level ?? given ?? usual, text, { continued, prefixLength, finished });
  return text.replace(/\n$/, '').length;
}

/** `DEFINE_RATELIMIT_STATE`'s guest structure: include/linux/ratelimit_types.h. Says whether the caller may go on. */
function rateLimit(call: GuestCall, state: Address, who: string): number {
  const { session, memory } = call;
  const at = (field: string): Address => session.at(state, 'ratelimit_state', field);
  const interval = memory.readU32(at('interval')) | 0;
  if (interval === 0) return 1;
  const now = BigInt(Math.max(1, Math.round(nanoseconds(session.kernel) / ticksToNanoseconds(session.kernel, 1))));
  const begin = memory.readU64(at('begin'));
  if (begin === 0n) memory.writeU64(at('begin'), now);
  else if (now - begin > BigInt(interval)) restart(session, state, now, who);
  if (memory.readU32(at('printed')) < memory.readU32(at('burst'))) {
    memory.writeU32(at('printed'), memory.readU32(at('printed')) + 1);
    return 1;
  }
  memory.writeU32(at('missed'), memory.readU32(at('missed')) + 1);
  return 0;
}

function restart(session: Session, state: Address, now: bigint, who: string): void {
  const { memory } = session;
  const missed = memory.readU32(session.at(state, 'ratelimit_state', 'missed'));
  if (missed > 0) emit(session, `${who}: ${missed} callbacks suppressed\n`, KERN.WARNING);
  memory.writeU64(session.at(state, 'ratelimit_state', 'begin'), now);
  memory.writeU32(session.at(state, 'ratelimit_state', 'printed'), 0);
  memory.writeU32(session.at(state, 'ratelimit_state', 'missed'), 0);
}

/** `printk_timed_ratelimit`, kernel/printk/printk.c. */
function timedRatelimit(call: GuestCall): number {
  const last = call.memory.readU64(call.pointer(0));
  const now = jiffies(call.kernel);
  const ticks = (BigInt(call.unsigned(1)) * BigInt(ticksPerSecond(call.kernel)) + 999n) / 1000n;
  if (last !== 0n && BigInt.asUintN(64, now - last) <= ticks) return 0;
  call.memory.writeU64(call.pointer(0), now);
  return 1;
}

/** `printk`, which is called `_printk` from 5.15 on. */
function printkRow(name: string): Parameters<typeof rowsOf>[1][number] {
  return [
    `int ${name}(const char *fmt, ...)`,
    (call) => {
      const context = formatContext(call.session, ['printk']);
      return emit(call.session, vsprintf(context, call.string(0), variadic(call, 1)));
    },
  ];
}

const printkRows = rowsOf('kernel/printk/printk.c', [
  printkRow('_printk'),
  ['int vprintk(const char *fmt, va_list args)', (call) => emit(call.session, vformat(call, 0))],
  ['int vprintk_default(const char *fmt, va_list args)', (call) => emit(call.session, vformat(call, 0))],
  [
    'int vprintk_emit(int facility, int level, const struct dev_printk_info *dev_info, const char *fmt, va_list args)',
    (call) => {
      const level = call.int(1);
      return emit(call.session, vformat(call, 3), level >= 0 ? (level as LogLevel) : undefined);
    },
  ],
  [
    'int __printk_ratelimit(const char *func)',
    (call) => Number(ratelimit(call.kernel, 'printk_ratelimit_state', call.string(0))),
  ],
  ['bool printk_timed_ratelimit(unsigned long *caller_jiffies, unsigned int interval_msecs)', timedRatelimit],
]);

/** The text of a format argument and the `va_list` behind it. */
export function vformat(call: GuestCall, index: number): string {
  return format(call, call.string(index), guestArguments(call.memory, call.pointer(index + 1)));
}

/** `print_hex_dump`'s rows, lib/hexdump.c. */
function hexDump(call: GuestCall, level: string, first: number): void {
  const [prefix, type] = [call.string(first), call.int(first + 1)];
  const rowSize = call.int(first + 2) === 32 ? 32 : 16;
  const group = call.int(first + 3);
  const [buffer, length, ascii] = [call.pointer(first + 4), call.size(first + 5), (call.int(first + 6) & 0xff) !== 0];
  for (let start = 0; start < length; start += rowSize) {
    const bytes = call.memory.view(buffer + start, Math.min(rowSize, length - start), 'read');
    const line = hexLine(bytes, rowSize, group, ascii);
    const address = formatContextPointer(call, buffer + start);
    const where = type === 1 ? `${address}: ` : type === 2 ? `${start.toString(16).padStart(8, '0')}: ` : '';
    emit(call.session, `${level}${prefix}${where}${line}\n`);
  }
}

function formatContextPointer(call: GuestCall, address: Address): string {
  return format(call, '%p', { next: () => BigInt.asUintN(64, BigInt(address)) });
}

const hexDumpRows = rowsOf('lib/hexdump.c', [
  [
    'void print_hex_dump(const char *level, const char *prefix_str, int prefix_type, int rowsize, int groupsize, const void *buf, size_t len, bool ascii)',
    (call) => hexDump(call, call.string(0), 1),
  ],
  [
    'int hex_dump_to_buffer(const void *buf, size_t len, int rowsize, int groupsize, char *linebuf, size_t linebuflen, bool ascii)',
    (call) => {
      const rowSize = call.int(2) === 32 ? 32 : 16;
      const bytes = call.memory.view(call.pointer(0), Math.min(call.size(1), rowSize), 'read');
      const ascii = (call.int(6) & 0xff) !== 0;
      const line = hexLine(bytes, rowSize, call.int(3), ascii);
      const room = call.size(5);
      if (room === 0 && line === '') return ascii ? textColumn(rowSize, call.int(3)) : -1;
      if (room > 0) {
        const target = call.memory.view(call.pointer(4), Math.min(room, line.length + 1), 'write');
        for (let index = 0; index < target.length; index++) target[index] = line.charCodeAt(index) || 0;
        target[target.length - 1] = 0;
      }
      return line.length;
    },
  ],
]);

/** All of printk and what dies or warns by way of it. */
export const printkFunctions = () => [
  ...printkRows,
  ...olderRowsOf('5.15', 'kernel/printk/printk.c', [printkRow('printk')]),
  ...hexDumpRows,
  row('int ___ratelimit(struct ratelimit_state *rs, const char *func)', 'lib/ratelimit.c', (call) =>
    rateLimit(call, call.pointer(0), call.string(1)),
  ),
  row('void dump_stack(void)', 'lib/dump_stack.c', (call) => dumpStack(call.session)),
  row('void panic(const char *fmt, ...)', 'kernel/panic.c', (call) =>
    panic(call.session, format(call, call.string(0), variadic(call, 1))),
  ),
  row('void __warn_printk(const char *fmt, ...)', 'kernel/panic.c', (call) => {
    emit(call.session, `${CUT_HERE}\n`, KERN.WARNING);
    emit(call.session, format(call, call.string(0), variadic(call, 1)));
  }),
];
