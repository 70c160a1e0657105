import { bootMachine } from '../state/machine.ts';
import type { AppletContext } from './applet.ts';
import { plainApplet } from './command-line/plain-applet.ts';
import { toByteString } from './output/byte-string.ts';

const USAGE = `Usage: kobox boot [WORD...]

Restart the emulated machine: nothing is loaded then, and the log is empty. All words are its kernel command line.

Examples:
  kobox boot
  kobox boot module.sig_enforce=1 loglevel=7
  kobox boot dyndbg="file kernel/module/main.c +p"
`;

/** A word of the shell whose value holds blanks stays one word, unless there are further parameters in it. */
function quoted(word: string): string {
  const [, name, value = ''] = /^([^\s="]+=)([^"]*\s[^"]*)$/s.exec(word) ?? [];
  return name === undefined || /\s[\w.-]+=/.test(value) ? word : `${name}"${value}"`;
}

async function run({ options, argv }: AppletContext): Promise<number> {
  await bootMachine(options, toByteString(argv.map(quoted).join(' ')));
  return 0;
}

/** boot: a fresh machine. */
export const boot = plainApplet('boot', USAGE, run);
