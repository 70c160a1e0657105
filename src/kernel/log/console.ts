import { EINVAL } from '../../abi/negative-errno.ts';
import { sysctls } from '../files/sysctl.ts';
import type { Kernel } from '../kernel.ts';
import type { KernelResult } from '../kernel-result.ts';
import { subsystem } from '../subsystem.ts';

/** `console_printk[]`: kernel/printk/printk.c. */
const CONSOLE = 0;
const MINIMUM = 2;
/** `CONSOLE_LOGLEVEL_MOTORMOUTH`, include/linux/printk.h. */
const MOTORMOUTH = 15;

interface ConsoleState {
  /** `ignore_loglevel`. */
  ignoreLevel: boolean;
  /** `printk_time` as the command line has it; undefined: as the kernel was configured. */
  time?: boolean;
  /** `saved_console_loglevel`, while the console is switched off. */
  saved?: number | undefined;
}

/** What is kept of the console. */
export const consoleState = subsystem<ConsoleState>('console', () => ({ ignoreLevel: false }));

/** `suppress_message_printing`: a message of this level does not reach the console. */
export function isSuppressed(kernel: Kernel, level: number): boolean {
  return level >= sysctls(kernel, 'printk')[CONSOLE]! && !consoleState(kernel).ignoreLevel;
}

/** `console_verbose`: all messages reach the console from here on; unless it had been told level 0. */
export function consoleVerbose(kernel: Kernel): void {
  const levels = sysctls(kernel, 'printk');
  if (levels[CONSOLE] !== 0) levels[CONSOLE] = MOTORMOUTH;
}

/** `SYSLOG_ACTION_CONSOLE_LEVEL`: 0 or -EINVAL. */
export function setConsoleLevel(kernel: Kernel, level: number): KernelResult {
  if (level < 1 || level > 8) return EINVAL;
  const levels = sysctls(kernel, 'printk');
  levels[CONSOLE] = Math.max(level, levels[MINIMUM]!);
  consoleState(kernel).saved = undefined;
  return 0;
}

/** `SYSLOG_ACTION_CONSOLE_OFF`. */
export function switchConsoleOff(kernel: Kernel): void {
  const levels = sysctls(kernel, 'printk');
  const state = consoleState(kernel);
  state.saved ??= levels[CONSOLE];
  levels[CONSOLE] = levels[MINIMUM]!;
}

/** `SYSLOG_ACTION_CONSOLE_ON`. */
export function switchConsoleOn(kernel: Kernel): void {
  const state = consoleState(kernel);
  if (state.saved === undefined) return;
  sysctls(kernel, 'printk')[CONSOLE] = state.saved;
  state.saved = undefined;
}
