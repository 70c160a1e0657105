import type { Address } from '../memory/address.ts';
import type { Kernel } from './kernel.ts';
import type { Module } from './module.ts';

/**
 * The interface that the emulated CPU fills: calls from the loader into a module's own code.
 * `--init skip` uses {@link skippingRunner}.
 */
export interface ModuleRunner {
  /** `do_one_initcall(mod->init)`: the value it returned. May raise an oops, which the runner has then logged. */
  callInit(kernel: Kernel, module: Module): number;
  /** `mod->exit()`. */
  callExit(kernel: Kernel, module: Module): void;
  /** `do_mod_ctors`. */
  callConstructors(kernel: Kernel, module: Module, constructors: readonly Address[]): void;
  /**
   * `kp->ops->set(value, kp)` for ops that the module defines itself: 0 or a negative errno;
   * undefined when the code cannot be run.
   */
  setParameter(kernel: Kernel, module: Module, parameter: Address, value: string | undefined): number | undefined;
  /** `kp->ops->get(buffer, kp)`: the text, or undefined when the code cannot be run. */
  getParameter(kernel: Kernel, module: Module, parameter: Address): string | undefined;
  /** `blocking_notifier_call_chain(&module_notify_list, state, mod)`. */
  notify(kernel: Kernel, module: Module, event: 'COMING' | 'LIVE' | 'GOING'): void;
}

/** Runs nothing: init returns 0, exit does nothing, the module's own parameter functions are not called. */
export const skippingRunner: ModuleRunner = {
  callInit: () => 0,
  callExit: () => undefined,
  callConstructors: () => undefined,
  setParameter: () => undefined,
  getParameter: () => undefined,
  notify: () => undefined,
};
