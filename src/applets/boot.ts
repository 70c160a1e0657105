import { bootMachine } from '../state/machine.ts';
import type { Applet } from './applet.ts';
import { toByteString } from './byte-string.ts';

/** `boot [CMDLINE…]`: a fresh machine with this kernel command line; all words belong to it. */
export const boot: Applet = {
  name: 'boot',
  async run(context) {
    if (context.argv.length === 1 && context.argv[0] === '--help') {
      context.stdout.write('Usage: boot [CMDLINE…]\n\nRestarts the emulated machine with this kernel command line.\n');
      return 0;
    }
    await bootMachine(context.options, toByteString(context.argv.join(' ')));
    return 0;
  },
};
