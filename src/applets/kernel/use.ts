import { requireProcessor } from '../../arch/architectures.ts';
import { bootMachine } from '../../state/machine.ts';
import { openRelease, setReleaseToBoot } from '../../state/root-profiles.ts';
import type { AppletContext } from '../applet.ts';
import type { CommandLine } from '../command-line/getopt.ts';
import { readWords } from '../command-line/read-words.ts';

const LINE: CommandLine = {
  name: 'kobox kernel use',
  usage: 'RELEASE',
  summary: 'Boot the machine with this kernel: nothing is loaded then, and the log is empty.',
  rows: [],
  examples: ['kobox kernel use 6.1.0-56-amd64'],
};

/** `kernel use`. */
export async function useKernel(context: AppletContext, argv: readonly string[]): Promise<number> {
  const words = await readWords(context, LINE, argv, [1, 1]);
  if (!words) return 0;
  const release = words.operands[0]!;
  requireProcessor(openRelease(context.options.root, release).machine);
  setReleaseToBoot(context.options.root, release);
  await bootMachine(context.options, '');
  return 0;
}
