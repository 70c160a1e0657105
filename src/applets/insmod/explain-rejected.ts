import { errnoNumber } from '../../abi/errno.ts';
import { hostPath } from '../../host/host-text.ts';
import { readFile } from '../../host/read-file.ts';
import type { AppletContext } from '../applet.ts';

/** After ENOEXEC, for a person at a terminal: says what the file really is. */
export async function explainRejected(context: AppletContext, file: string, errno: number): Promise<void> {
  if (errno !== errnoNumber('ENOEXEC') || !context.stderr.isTTY) return;
  const bytes = readFile(hostPath(context.cwd, file));
  if ('errno' in bytes) return;
  const { describeFile } = await import('../output/describe-elf.ts');
  context.stderr.write(`insmod: '${file}' is ${await describeFile(bytes)}\n`);
}
