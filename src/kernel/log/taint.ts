import type { Kernel } from '../kernel.ts';
import { versionAtLeast } from '../kernel-version.ts';
import type { Module } from '../module.ts';
import { KERN, printk } from './printk.ts';

/**
 * `taint_flags[]`, kernel/panic.c; bit numbers: include/linux/panic.h. `letter` when set, `blank` when not;
 * `module`: also shown per module; `since`: the first version that has it, where not all have.
 */
const ROWS = [
  { name: 'PROPRIETARY_MODULE', letter: 'P', blank: 'G', module: true },
  { name: 'FORCED_MODULE', letter: 'F', blank: ' ', module: true },
  { name: 'CPU_OUT_OF_SPEC', letter: 'S', blank: ' ', module: false },
  { name: 'FORCED_RMMOD', letter: 'R', blank: ' ', module: false },
  { name: 'MACHINE_CHECK', letter: 'M', blank: ' ', module: false },
  { name: 'BAD_PAGE', letter: 'B', blank: ' ', module: false },
  { name: 'USER', letter: 'U', blank: ' ', module: false },
  { name: 'DIE', letter: 'D', blank: ' ', module: false },
  { name: 'OVERRIDDEN_ACPI_TABLE', letter: 'A', blank: ' ', module: false },
  { name: 'WARN', letter: 'W', blank: ' ', module: false },
  { name: 'CRAP', letter: 'C', blank: ' ', module: true },
  { name: 'FIRMWARE_WORKAROUND', letter: 'I', blank: ' ', module: false },
  { name: 'OOT_MODULE', letter: 'O', blank: ' ', module: true },
  { name: 'UNSIGNED_MODULE', letter: 'E', blank: ' ', module: true },
  { name: 'SOFTLOCKUP', letter: 'L', blank: ' ', module: false },
  { name: 'LIVEPATCH', letter: 'K', blank: ' ', module: true },
  { name: 'AUX', letter: 'X', blank: ' ', module: true },
  { name: 'RANDSTRUCT', letter: 'T', blank: ' ', module: true },
  { name: 'TEST', letter: 'N', blank: ' ', module: true, since: [6, 0] },
] as const;

/** A taint flag by the name it has after `TAINT_`. */
export type TaintName = (typeof ROWS)[number]['name'];

/** Bit number by name: `TAINT.OOT_MODULE` is 12. */
export const TAINT = Object.fromEntries(ROWS.map((row, bit) => [row.name, bit])) as Readonly<Record<TaintName, number>>;

/** `enum lockdep_ok`. */
export type LockdepOk = 'LOCKDEP_STILL_OK' | 'LOCKDEP_NOW_UNRELIABLE';

/** `__debug_locks_off`: lock debugging is switched off once a boot. */
const DEBUG_LOCKS_OFF = 'debug_locks';

/** `debug_locks_off`, lib/debug_locks.c: an oops does so before it says anything, so that no taint says it later. */
export function debugLocksOff(kernel: Kernel): void {
  kernel.saidOnce.add(DEBUG_LOCKS_OFF);
}

/** `add_taint`, kernel/panic.c. Sets: `kernel.taint`. */
export function addTaint(kernel: Kernel, bit: number, lockdep: LockdepOk): void {
  if (lockdep === 'LOCKDEP_NOW_UNRELIABLE' && !kernel.saidOnce.has(DEBUG_LOCKS_OFF)) {
    kernel.saidOnce.add(DEBUG_LOCKS_OFF);
    printk(kernel, KERN.WARNING, 'Disabling lock debugging due to kernel taint');
  }
  kernel.taint |= 1 << bit;
}

/** `add_taint_module`, kernel/module/main.c. Sets: the kernel's and the module's taint. */
export function addTaintModule(kernel: Kernel, module: Module, bit: number, lockdep: LockdepOk): void {
  addTaint(kernel, bit, lockdep);
  module.taints |= 1 << bit;
}

/** `test_taint`. */
export function testTaint(kernel: Kernel, bit: number): boolean {
  return (kernel.taint & (1 << bit)) !== 0;
}

/** `module_flags_taint`, kernel/module/main.c: the letters of a module's taints, `OE`. */
export function moduleFlagsTaint(taints: number): string {
  return ROWS.map((row, bit) => (row.module && taints & (1 << bit) ? row.letter : '')).join('');
}

/** `print_tainted`, kernel/panic.c: the text of an oops' head, `Tainted: G           OE     ` or `Not tainted`. */
export function printTainted(kernel: Kernel): string {
  if (kernel.taint === 0) return 'Not tainted';
  const known = ROWS.filter((row) => !('since' in row) || versionAtLeast(kernel, ...row.since));
  return `Tainted: ${known.map((row, bit) => (kernel.taint & (1 << bit) ? row.letter : row.blank)).join('')}`;
}

/** `print_tainted_verbose`, kernel/panic.c: the flags that are set, with their names. Requires a tainted kernel. */
export function printTaintedVerbose(kernel: Kernel): string {
  const set = ROWS.filter((_, bit) => kernel.taint & (1 << bit));
  return `Tainted: ${set.map(({ letter, name }) => `[${letter}]=${name}`).join(', ')}`;
}
