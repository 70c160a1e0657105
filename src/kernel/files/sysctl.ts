import { EINVAL } from '../../abi/negative-errno.ts';
import type { Kernel } from '../kernel.ts';
import type { KernelResult } from '../kernel-result.ts';
import { subsystem } from '../subsystem.ts';
import { storeNumbers } from './proc-numbers.ts';

/** An integer setting of /proc/sys/kernel, or several in one file. */
interface Setting {
  readonly initial: (kernel: Kernel) => number[];
  readonly min?: number;
  readonly max?: number;
}

/** The settings by name. Sources: kernel/printk/sysctl.c, kernel/panic.c, kernel/sysctl.c. */
const SETTINGS = {
  /** `console_printk[]`: console level, level of messages without one, lowest and default console level. */
  printk: {
    initial: (kernel: Kernel) => {
      const level = configured(kernel, 'CONSOLE_LOGLEVEL_DEFAULT', 7);
      return [level, configured(kernel, 'MESSAGE_LOGLEVEL_DEFAULT', 4), 1, level];
    },
  },
  kptr_restrict: { initial: () => [0], min: 0, max: 2 },
  dmesg_restrict: {
    initial: (kernel: Kernel) => [Number(kernel.profile.config('SECURITY_DMESG_RESTRICT') === 'y')],
    min: 0,
    max: 1,
  },
  panic: { initial: (kernel: Kernel) => [configured(kernel, 'PANIC_TIMEOUT', 0)] },
  panic_on_oops: { initial: (kernel: Kernel) => [configured(kernel, 'PANIC_ON_OOPS_VALUE', 0)] },
  panic_on_warn: { initial: () => [0], min: 0, max: 1 },
} satisfies Record<string, Setting>;

/** The name of a setting in proc/sys/kernel. */
export type SysctlName = keyof typeof SETTINGS;

/** The settings' names. */
export const SYSCTL_NAMES = Object.keys(SETTINGS) as SysctlName[];

const state = subsystem<Partial<Record<SysctlName, number[]>>>('sysctl', () => ({}));

function configured(kernel: Kernel, option: string, otherwise: number): number {
  return Number(kernel.profile.config(option) ?? otherwise);
}

/** The numbers of a setting; may be changed in place. */
export function sysctls(kernel: Kernel, name: SysctlName): number[] {
  const values = state(kernel);
  values[name] ??= SETTINGS[name].initial(kernel);
  return values[name];
}

/** The one number of a setting, or its first. */
export function sysctl(kernel: Kernel, name: SysctlName): number {
  return sysctls(kernel, name)[0]!;
}

/** `kallsyms_show_value`, kernel/kallsyms.c: whether files show root the addresses of symbols and sections. */
export function kallsymsShowValue(kernel: Kernel): boolean {
  return sysctl(kernel, 'kptr_restrict') < 2;
}

/** What reading its file gives: `proc_dointvec`. */
export function sysctlText(kernel: Kernel, name: SysctlName): string {
  return `${sysctls(kernel, name).join('\t')}\n`;
}

/** `INT_MAX`. */
const INT_MAX = 2n ** 31n - 1n;

/**
 * Writes a text into its file: as many numbers as there are places, up to the first word that is none or out of range,
 * which is EINVAL.
 */
export function storeSysctl(kernel: Kernel, name: SysctlName, text: string): KernelResult {
  const { min, max }: Setting = SETTINGS[name];
  const values = sysctls(kernel, name);
  const taken = storeNumbers(text, values.length, ({ negative, value }, index) => {
    if (value > INT_MAX + (negative ? 1n : 0n)) return false;
    const number = Number(negative ? -value : value);
    if (number < (min ?? number) || number > (max ?? number)) return false;
    values[index] = number;
    return true;
  });
  return taken ? 0 : EINVAL;
}
