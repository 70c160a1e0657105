import type { Kernel } from '../kernel.ts';
import { subsystem } from '../subsystem.ts';
import { KERN, printk } from './printk.ts';

/** `DEFAULT_RATELIMIT_INTERVAL` in microseconds and `DEFAULT_RATELIMIT_BURST`: include/linux/ratelimit_types.h. */
const INTERVAL = 5_000_000;
const BURST = 10;

/** kernel: `struct ratelimit_state` of one place that prints. */
interface RatelimitState {
  /** Microseconds since boot. */
  begin: number;
  printed: number;
  missed: number;
}

const states = subsystem<Record<string, RatelimitState>>('ratelimit', () => ({}));

/**
 * `___ratelimit`, lib/ratelimit.c: whether what `key` stands for may print once more, out of `func`; at most ten times in
 * five seconds. When an interval is over, the log is told how many there were beyond that.
 */
export function ratelimit(kernel: Kernel, key: string, func = key): boolean {
  const now = kernel.clock();
  const all = states(kernel);
  all[key] ??= { begin: now, printed: 0, missed: 0 };
  const state = all[key];
  if (now > state.begin + INTERVAL) {
    if (state.missed > 0) printk(kernel, KERN.WARNING, `${func}: ${state.missed} callbacks suppressed`);
    Object.assign(state, { begin: now, printed: 0, missed: 0 });
  }
  const allowed = state.printed < BURST;
  state[allowed ? 'printed' : 'missed']++;
  return allowed;
}
