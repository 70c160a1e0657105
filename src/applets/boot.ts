import { bootMachine } from '../state/machine.ts';
import type { AppletContext } from './applet.ts';
import { plainApplet } from './command-line/plain-applet.ts';
import { toByteString } from './output/byte-string.ts';

const USAGE = `Usage: kobox boot [WORD...]

Restart the emulated machine: nothing is loaded then, and the log is empty. All words are its kernel command line.

Examples:
  kobox boot
  kobox boot module.sig_enforce=1 loglevel=7
`;

async function run({ options, argv }: AppletContext): Promise<number> {
  await bootMachine(options, toByteString(argv.join(' ')));
  return 0;
}

/** boot: a fresh machine. */
export const boot = plainApplet('boot', USAGE, run);
