import type { Applet } from './applet.ts';
import { InputError } from './input-error.ts';

/** Not written yet. */
export const insmod: Applet = {
  name: 'insmod',
  summary: 'load a module',
  run() {
    throw new InputError('not written yet');
  },
};
