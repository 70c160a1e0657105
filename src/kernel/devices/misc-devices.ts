import type { Address } from '../../memory/address.ts';
import type { Kernel } from '../kernel.ts';
import { subsystem } from '../subsystem.ts';

/** A `struct miscdevice` that is registered. */
export interface MiscRecord {
  /** The guest's structure. */
  readonly misc: Address;
  readonly minor: number;
  readonly name: string;
  /** Path below /dev. */
  readonly node: string;
  readonly device: Address;
}

/** Minors and names of the kernel's own misc devices, as /proc/misc of a fresh machine lists them. */
const BUILTIN: readonly (readonly [minor: number, name: string])[] = [
  [125, 'cpu_dma_latency'],
  [1, 'psaux'],
  [228, 'hpet'],
  [126, 'userfaultfd'],
  [231, 'snapshot'],
  [183, 'hw_random'],
  [127, 'vga_arbiter'],
];

/** `misc_list`, drivers/char/misc.c: the modules' devices, oldest first. */
export const miscDevices = subsystem('misc', () => ({ devices: [] as MiscRecord[] }));

/** Whether a minor has its device. */
export function isMiscMinorTaken(kernel: Kernel, minor: number): boolean {
  return BUILTIN.some(([each]) => each === minor) || miscDevices(kernel).devices.some((each) => each.minor === minor);
}

/** /proc/misc, newest first: drivers/char/misc.c, `misc_seq_show`. */
export function procMisc(kernel: Kernel): string {
  const own = miscDevices(kernel).devices.map(({ minor, name }) => [minor, name] as const);
  return [...own.reverse(), ...BUILTIN].map(([minor, name]) => `${String(minor).padStart(3)} ${name}\n`).join('');
}
