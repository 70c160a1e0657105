import { nanoseconds } from '../../../kernel/clock.ts';
import { kzalloc } from '../../../kernel/memory/heap.ts';
import { subsystem } from '../../../kernel/subsystem.ts';
import type { Address } from '../../../memory/address.ts';
import { withFrames } from '../../core/faults/call-frames.ts';
import { warnOnce } from '../../core/faults/warn.ts';
import type { Session } from '../../core/session.ts';
import { addEvent, findEvent, removeEvent } from '../../core/tasks/events.ts';
import { jiffies, ticksPerSecond, timeOfJiffies } from '../../core/tasks/virtual-clock.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';

/** `HRTIMER_MODE_REL`: the time is from now. */
const HRTIMER_MODE_REL = 1;
/** `TIMER_…` flag word of a timer on no particular processor. */
const ENTRY_PENDING: Address = 1;

/** The list pointer through which `timer_pending` sees whether a timer waits: `entry.pprev`. */
function setPending(session: Session, timer: Address, pending: boolean): void {
  session.memory.writePointer(session.at(timer, 'timer_list', 'entry') + 8, pending ? ENTRY_PENDING : 0);
}

/** `timer_reduce`: sets a timer that is not pending, and brings one forward. */
function reduceTimer(call: GuestCall): boolean {
  const { session, memory } = call;
  const [timer, expires] = [call.pointer(0), call.long(1)];
  const pending = findEvent(call.kernel, 'timer', timer) !== undefined;
  if (pending && memory.readU64(session.at(timer, 'timer_list', 'expires')) <= expires) return true;
  return startTimer(session, timer, expires);
}

/** `round_jiffies_common`: a whole second, the one before where less than a quarter is to be dropped; none that is over. */
function roundTicks({ kernel }: GuestCall, ticks: bigint, up: boolean): bigint {
  const second = BigInt(ticksPerSecond(kernel));
  const rest = ticks % second;
  const rounded = ticks - rest + (rest < second / 4n && !up ? 0n : second);
  return rounded > jiffies(kernel) ? rounded : ticks;
}

/** `__mod_timer`: the moment at which `jiffies` reaches `expires`. True when it was pending. */
function startTimer(session: Session, timer: Address, expires: bigint): boolean {
  const pending = removeEvent(session.kernel, 'timer', timer);
  session.memory.writeU64(session.at(timer, 'timer_list', 'expires'), expires);
  setPending(session, timer, true);
  const due =
    expires <= jiffies(session.kernel)
      ? timeOfJiffies(session.kernel, jiffies(session.kernel) + 1n)
      : timeOfJiffies(session.kernel, expires);
  addEvent(session.kernel, { kind: 'timer', address: timer, due });
  return pending;
}

/** `timer_delete`: true when it was pending. */
function stopTimer(session: Session, timer: Address): boolean {
  const pending = removeEvent(session.kernel, 'timer', timer);
  setPending(session, timer, false);
  return pending;
}

/** `call_timer_fn`. */
export function fireTimer(session: Session, timer: Address): void {
  setPending(session, timer, false);
  const call = () => session.call(session.pointerAt(timer, 'timer_list', 'function'), timer);
  withFrames(session, ['softirq', 'timer'], call);
}

function initTimer(call: GuestCall): void {
  const { session, memory } = call;
  const [timer, callback, flags] = [call.pointer(0), call.pointer(1), call.unsigned(2)];
  setPending(session, timer, false);
  memory.writePointer(session.at(timer, 'timer_list', 'function'), callback);
  memory.writeU32(session.at(timer, 'timer_list', 'flags'), flags);
}

function addTimer(call: GuestCall): void {
  const timer = call.pointer(0);
  if (findEvent(call.kernel, 'timer', timer)) {
    warnOnce(call.session, { place: 'kernel/time/timer.c:1242', where: 'add_timer+0x1c/0x30' });
    return;
  }
  startTimer(call.session, timer, call.memory.readU64(call.session.at(timer, 'timer_list', 'expires')));
}

/** `hrtimer->node.expires`. */
function expiresOf(session: Session, timer: Address): Address {
  return session.at(timer, 'hrtimer', 'node') + session.fields.offset('timerqueue_node', 'expires');
}

function startHrtimer(session: Session, timer: Address, due: number): void {
  removeEvent(session.kernel, 'hrtimer', timer);
  session.memory.writeU64(expiresOf(session, timer), BigInt(Math.round(due)));
  session.memory.writeU64(session.at(timer, 'hrtimer', '_softexpires'), BigInt(Math.round(due)));
  session.memory.writeU8(session.at(timer, 'hrtimer', 'state'), 1);
  addEvent(session.kernel, { kind: 'hrtimer', address: timer, due });
}

function stopHrtimer(session: Session, timer: Address): number {
  session.memory.writeU8(session.at(timer, 'hrtimer', 'state'), 0);
  return removeEvent(session.kernel, 'hrtimer', timer) ? 1 : 0;
}

/** `__run_hrtimer`: `HRTIMER_RESTART` starts it again at the time that the callback has set. */
export function fireHrtimer(session: Session, timer: Address): void {
  session.memory.writeU8(session.at(timer, 'hrtimer', 'state'), 0);
  const restart = session.callInt(session.pointerAt(timer, 'hrtimer', 'function'), timer);
  if (restart !== 0) startHrtimer(session, timer, Number(session.memory.readU64(expiresOf(session, timer))));
}

function forward(call: GuestCall): bigint {
  const [timer, moment, interval] = [call.pointer(0), call.signedLong(1), call.signedLong(2)];
  const at = expiresOf(call.session, timer);
  const expires = BigInt.asIntN(64, call.memory.readU64(at));
  if (moment < expires || interval <= 0n) return 0n;
  const overruns = (moment - expires) / interval + 1n;
  call.memory.writeU64(at, expires + overruns * interval);
  call.memory.writeU64(call.session.at(timer, 'hrtimer', '_softexpires'), expires + overruns * interval);
  return overruns;
}

/** The one `hrtimer_clock_base`, whose clock inline code asks. */
const clockBase = subsystem('hrtimer', () => ({ base: 0 }));

function hrtimerBase(call: GuestCall): Address {
  const { session, kernel, memory } = call;
  const state = clockBase(kernel);
  if (state.base !== 0) return state.base;
  state.base = kzalloc(kernel, session.fields.size('hrtimer_clock_base'));
  const clock = kernel.profile.exports.find('ktime_get')?.address ?? 0;
  memory.writePointer(session.at(state.base, 'hrtimer_clock_base', 'get_time'), clock);
  return state.base;
}

function initHrtimer(call: GuestCall): void {
  const { session, memory } = call;
  const timer = call.pointer(0);
  memory.view(timer, session.fields.size('hrtimer'), 'write').fill(0);
  memory.writePointer(session.at(timer, 'hrtimer', 'base'), hrtimerBase(call));
}

/** Timers and high-resolution timers: kernel/time. */
export const timerFunctions = () => [
  ...rowsOf('kernel/time/timer.c', [
    [
      'void init_timer_key(struct timer_list *timer, void (*func)(struct timer_list *), unsigned int flags, const char *name, struct lock_class_key *key)',
      initTimer,
    ],
    ['void add_timer(struct timer_list *timer)', addTimer],
    ['void add_timer_on(struct timer_list *timer, int cpu)', addTimer],
    [
      'int mod_timer(struct timer_list *timer, unsigned long expires)',
      (call) => startTimer(call.session, call.pointer(0), call.long(1)),
    ],
    [
      'int mod_timer_pending(struct timer_list *timer, unsigned long expires)',
      (call) =>
        findEvent(call.kernel, 'timer', call.pointer(0)) ? startTimer(call.session, call.pointer(0), call.long(1)) : 0,
    ],
    ['int timer_reduce(struct timer_list *timer, unsigned long expires)', reduceTimer],
    ['int timer_delete(struct timer_list *timer)', (call) => stopTimer(call.session, call.pointer(0))],
    ['int timer_delete_sync(struct timer_list *timer)', (call) => stopTimer(call.session, call.pointer(0))],
    ['int timer_shutdown(struct timer_list *timer)', (call) => stopTimer(call.session, call.pointer(0))],
    ['int timer_shutdown_sync(struct timer_list *timer)', (call) => stopTimer(call.session, call.pointer(0))],
    ['int try_to_del_timer_sync(struct timer_list *timer)', (call) => stopTimer(call.session, call.pointer(0))],
    ['unsigned long round_jiffies(unsigned long j)', (call) => roundTicks(call, call.long(0), false)],
    [
      'unsigned long round_jiffies_relative(unsigned long j)',
      (call) => roundTicks(call, call.long(0) + jiffies(call.kernel), false) - jiffies(call.kernel),
    ],
    ['unsigned long round_jiffies_up(unsigned long j)', (call) => roundTicks(call, call.long(0), true)],
  ]),
  ...rowsOf('kernel/time/hrtimer.c', [
    ['void hrtimer_init(struct hrtimer *timer, clockid_t clock_id, enum hrtimer_mode mode)', initHrtimer],
    [
      'void hrtimer_start_range_ns(struct hrtimer *timer, ktime_t tim, u64 delta_ns, const enum hrtimer_mode mode)',
      (call) => {
        const relative = (call.int(3) & HRTIMER_MODE_REL) !== 0;
        const time = Number(call.signedLong(1));
        startHrtimer(call.session, call.pointer(0), relative ? nanoseconds(call.kernel) + time : time);
      },
    ],
    ['int hrtimer_cancel(struct hrtimer *timer)', (call) => stopHrtimer(call.session, call.pointer(0))],
    ['int hrtimer_try_to_cancel(struct hrtimer *timer)', (call) => stopHrtimer(call.session, call.pointer(0))],
    ['u64 hrtimer_forward(struct hrtimer *timer, ktime_t now, ktime_t interval)', forward],
    [
      'bool hrtimer_active(const struct hrtimer *timer)',
      (call) => findEvent(call.kernel, 'hrtimer', call.pointer(0)) !== undefined,
    ],
    [
      'ktime_t __hrtimer_get_remaining(const struct hrtimer *timer, bool adjust)',
      (call) =>
        call.memory.readU64(expiresOf(call.session, call.pointer(0))) - BigInt(Math.round(nanoseconds(call.kernel))),
    ],
    ['ktime_t ktime_add_safe(const ktime_t lhs, const ktime_t rhs)', (call) => call.signedLong(0) + call.signedLong(1)],
  ]),
];
