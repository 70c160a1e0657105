import { readMachine } from '../../state/machine.ts';
import { listReleases } from '../../state/root-profiles.ts';
import type { AppletContext } from '../applet.ts';
import type { CommandLine } from '../command-line/getopt.ts';
import { readWords } from '../command-line/read-words.ts';

const LINE: CommandLine = {
  name: 'kobox kernel list',
  usage: '',
  summary: 'List the kernels that there are profiles of; the one that the machine runs has a star.',
  rows: [],
  examples: ['kobox kernel list'],
};

/** `kernel list`. */
export async function listKernels(context: AppletContext, argv: readonly string[]): Promise<number> {
  if (!(await readWords(context, LINE, argv, [0, 0]))) return 0;
  const running = readMachine(context.options).profile.release;
  for (const release of listReleases(context.options.root)) {
    context.stdout.write(`${release === running ? '*' : ' '} ${release}\n`);
  }
  return 0;
}
