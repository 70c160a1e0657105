import type { Applet } from './applet.ts';
import { InputError } from './input-error.ts';

/** Not written yet. */
export const depmod: Applet = {
  name: 'depmod',
  summary: 'not written yet',
  run() {
    throw new InputError('not written yet');
  },
};
