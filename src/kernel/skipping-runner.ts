import type { ModuleRunner } from './kernel.ts';

/** Runs nothing: init returns 0, exit does nothing, the module's own parameter functions are not called. */
export const skippingRunner: ModuleRunner = {
  callInit: () => 0,
  callExit: () => undefined,
  callConstructors: () => undefined,
  setParameter: () => undefined,
  getParameter: () => undefined,
  freeParameter: () => undefined,
  notify: () => undefined,
};
