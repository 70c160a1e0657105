import type { Applet } from './applet.ts';
import { InputError } from './input-error.ts';

/** `boot [CMDLINE…]`: a fresh machine with this kernel command line. */
export const boot: Applet = {
  name: 'boot',
  summary: 'restart the emulated machine: nothing loaded, taint 0, an empty log',
  run() {
    throw new InputError('not written yet');
  },
};
