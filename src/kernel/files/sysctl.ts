import { EINVAL } from '../../abi/negative-errno.ts';
import type { KernelResult } from '../errno-number.ts';
import type { Kernel } from '../kernel.ts';
import { subsystem } from '../subsystem.ts';

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

/** Writes a text into its file: as many numbers as there are; EINVAL at the first word that is none or out of range. */
export function storeSysctl(kernel: Kernel, name: SysctlName, text: string): KernelResult {
  const { min = -(2 ** 31), max = 2 ** 31 - 1 }: Setting = SETTINGS[name];
  const values = sysctls(kernel, name);
  const words = text.split('\0', 1)[0]!.trim().split(/\s+/);
  for (const [index, word] of words.slice(0, values.length).entries()) {
    const number = sysctlNumber(word);
    if (number === undefined || number < min || number > max) return EINVAL;
    values[index] = number;
  }
  return 0;
}

/** The first number of a text, as `proc_dointvec` reads it. */
export function sysctlNumber(text: string): number | undefined {
  const word = /^\s*(-?(?:0[xX][0-9a-fA-F]+|\d+))(?:[\s\0]|$)/.exec(text)?.[1];
  if (word === undefined) return undefined;
  return /^-?0\d/.test(word) ? Number.parseInt(word, 8) : Number(word);
}
