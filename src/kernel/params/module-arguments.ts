import type { Kernel } from '../kernel.ts';
import type { KernelResult } from '../kernel-result.ts';
import { dyndbgModuleParam } from '../log/dynamic-debug.ts';
import { KERN, printk } from '../log/printk.ts';
import type { Module } from '../module.ts';
import { parseArgs } from './params.ts';

/**
 * The step of `load_module` that parses a module's arguments: 0 or the last negative error number.
 * `args` is the string that the caller handed to init_module, a byte string; it ends at its first NUL.
 * Source: kernel/module/main.c, `load_module` and `unknown_module_param_cb`.
 */
export function parseModuleArguments(kernel: Kernel, module: Module, args: string): KernelResult {
  const parsed = parseArgs(kernel, module, args.split('\0', 1)[0]!, (param, value) => {
    // The probe type that async_probe asks for has no effect that can be seen here.
    if (param === 'async_probe') return 0;
    if (!dyndbgModuleParam(kernel, module.name, param, value.text)) {
      printk(kernel, KERN.WARNING, `${module.name}: unknown parameter '${shownName(kernel, param)}' ignored`);
    }
    return 0;
  });
  if (parsed.error === 0 && parsed.afterDashes !== undefined) {
    printk(kernel, KERN.WARNING, `${module.name}: parameters '${parsed.afterDashes}' after \`--' ignored`);
  }
  return parsed.error;
}

/** With dynamic debug, `ddebug_dyndbg_param_cb` has cut the name at its first dot before the message shows it. */
function shownName(kernel: Kernel, param: string): string {
  return kernel.profile.config('DYNAMIC_DEBUG') === 'y' ? param.split('.', 1)[0]! : param;
}
