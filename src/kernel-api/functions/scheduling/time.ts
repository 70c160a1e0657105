import { nanoseconds } from '../../../kernel/clock.ts';
import type { Address } from '../../../memory/address.ts';
import { passTime } from '../../core/tasks/scheduler.ts';
import { realNanoseconds, ticksPerSecond } from '../../core/tasks/virtual-clock.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';

/** Reading the clock takes so long: code that waits for a moment in a loop gets there. */
const READ_COST = 100;

function now(call: GuestCall): bigint {
  passTime(call.session, READ_COST);
  return BigInt(Math.round(nanoseconds(call.kernel)));
}

function real(call: GuestCall): bigint {
  passTime(call.session, READ_COST);
  return realNanoseconds(call.kernel);
}

/** `struct timespec64`: seconds, nanoseconds. */
function writeTimespec(call: GuestCall, target: Address, value: bigint): void {
  call.memory.writeU64(target, value / 1_000_000_000n);
  call.memory.writeU64(target + 8, value % 1_000_000_000n);
}

/** `TICK_NSEC`. */
function tickNanoseconds({ kernel }: GuestCall): bigint {
  return 1_000_000_000n / BigInt(ticksPerSecond(kernel));
}

/** Ticks of so many units of time, rounded up. */
function toTicks(call: GuestCall, amount: bigint, perSecond: bigint): bigint {
  const hz = BigInt(ticksPerSecond(call.kernel));
  return (amount * hz + perSecond - 1n) / perSecond;
}

/** `MAX_JIFFY_OFFSET`, include/linux/jiffies.h: what stands for a time without end. */
const MAX_JIFFY_OFFSET = (1n << 62n) - 2n;

/** `__msecs_to_jiffies`: negative numbers are times without end. */
function millisecondsToTicks(call: GuestCall): bigint {
  return call.int(0) < 0 ? MAX_JIFFY_OFFSET : toTicks(call, BigInt(call.unsigned(0)), 1000n);
}

/** `__usecs_to_jiffies`: the limit is what the longest time has, in 32 bits. */
function microsecondsToTicks(call: GuestCall): bigint {
  const perTick = 1_000_000n / BigInt(ticksPerSecond(call.kernel));
  const amount = BigInt(call.unsigned(0));
  return amount > BigInt.asUintN(32, perTick * MAX_JIFFY_OFFSET) ? MAX_JIFFY_OFFSET : toTicks(call, amount, 1_000_000n);
}

/** `struct tm`, include/linux/time.h: eight ints, the year as a long between them. */
function writeBrokenDown(call: GuestCall, target: Address, seconds: bigint): void {
  const date = new Date(Number(seconds) * 1000);
  const { memory } = call;
  const ints = [date.getUTCSeconds(), date.getUTCMinutes(), date.getUTCHours(), date.getUTCDate(), date.getUTCMonth()];
  for (const [index, value] of ints.entries()) memory.writeU32(target + index * 4, value);
  memory.writeU64(target + 24, BigInt(date.getUTCFullYear() - 1900));
  memory.writeU32(target + 32, date.getUTCDay());
  const start = new Date(0).setUTCFullYear(date.getUTCFullYear());
  memory.writeU32(target + 36, Math.floor((date.getTime() - start) / 86_400_000));
}

/** The clock and its units: kernel/time. */
export const timeFunctions = () => [
  ...rowsOf('kernel/time/timekeeping.c', [
    ['ktime_t ktime_get(void)', now],
    ['u64 ktime_get_mono_fast_ns(void)', now],
    ['u64 ktime_get_boot_fast_ns(void)', now],
    ['ktime_t ktime_get_raw(void)', now],
    ['u64 ktime_get_real_fast_ns(void)', real],
    ['ktime_t ktime_get_with_offset(enum tk_offsets offs)', (call) => (call.int(0) === 0 ? real(call) : now(call))],
    [
      'ktime_t ktime_get_coarse_with_offset(enum tk_offsets offs)',
      (call) => (call.int(0) === 0 ? real(call) : now(call)),
    ],
    ['time64_t ktime_get_seconds(void)', (call) => now(call) / 1_000_000_000n],
    ['time64_t ktime_get_real_seconds(void)', (call) => real(call) / 1_000_000_000n],
    ['void ktime_get_ts64(struct timespec64 *ts)', (call) => writeTimespec(call, call.pointer(0), now(call))],
    ['void ktime_get_raw_ts64(struct timespec64 *ts)', (call) => writeTimespec(call, call.pointer(0), now(call))],
    ['void ktime_get_coarse_ts64(struct timespec64 *ts)', (call) => writeTimespec(call, call.pointer(0), now(call))],
    ['void ktime_get_real_ts64(struct timespec64 *ts)', (call) => writeTimespec(call, call.pointer(0), real(call))],
    [
      'void ktime_get_coarse_real_ts64(struct timespec64 *ts)',
      (call) => writeTimespec(call, call.pointer(0), real(call)),
    ],
  ]),
  ...rowsOf('kernel/time/time.c', [
    ['unsigned long __msecs_to_jiffies(const unsigned int m)', millisecondsToTicks],
    ['unsigned long __usecs_to_jiffies(const unsigned int u)', microsecondsToTicks],
    ['unsigned long nsecs_to_jiffies(u64 n)', (call) => call.long(0) / tickNanoseconds(call)],
    [
      'unsigned int jiffies_to_msecs(const unsigned long j)',
      (call) => (call.long(0) * 1000n) / BigInt(ticksPerSecond(call.kernel)),
    ],
    [
      'unsigned int jiffies_to_usecs(const unsigned long j)',
      (call) => (call.long(0) * 1_000_000n) / BigInt(ticksPerSecond(call.kernel)),
    ],
    [
      'void jiffies_to_timespec64(const unsigned long jiffies, struct timespec64 *value)',
      (call) => writeTimespec(call, call.pointer(1), BigInt.asUintN(64, call.long(0) * tickNanoseconds(call))),
    ],
    [
      'struct timespec64 ns_to_timespec64(const s64 nsec)',
      (call) => {
        const value = call.signedLong(0);
        call.cpu.writeRegister('rdx', BigInt.asUintN(64, value % 1_000_000_000n));
        return value / 1_000_000_000n;
      },
    ],
  ]),
  ...rowsOf('kernel/time/timeconv.c', [
    [
      'void time64_to_tm(time64_t totalsecs, int offset, struct tm *result)',
      (call) => writeBrokenDown(call, call.pointer(2), call.signedLong(0) + BigInt(call.int(1))),
    ],
  ]),
  ...rowsOf('arch/x86/kernel/tsc.c', [['unsigned long long sched_clock(void)', now]]),
];
