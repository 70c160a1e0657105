import type { Applet } from './applet.ts';
import { InputError } from './input-error.ts';

/** Not written yet. */
export const rmmod: Applet = {
  name: 'rmmod',
  summary: 'unload modules',
  run() {
    throw new InputError('not written yet');
  },
};
