import { strerror } from '../../abi/errno.ts';
import { readByteString } from '../../host/read-file.ts';
import { O_NONBLOCK, O_TRUNC } from '../../kernel/unload.ts';
import { moduleNameOfPath } from '../../kmod/underscores.ts';
import type { AppletContext } from '../applet.ts';
import { BUSYBOX_USAGE } from '../busybox-usage.ts';
import { toByteString } from '../byte-string.ts';
import { getoptLong, type OptionTable } from '../getopt-long.ts';
import { moduleCalls } from '../module-calls.ts';

const OPTIONS: OptionTable = { short: 'wfas', long: [{ name: 'help', takesValue: false, id: 'help' }] };

/** busybox: `rmmod_main`. Stops at the first failure with exit status 1. */
export async function runBusyboxRmmod(context: AppletContext): Promise<number> {
  const { options, operands } = getoptLong(context.argv, OPTIONS);
  const wrong = options.find((option) => 'message' in option);
  const given = new Set(options.map((option) => option.id));
  if (wrong !== undefined && 'message' in wrong) context.stderr.write(`rmmod: ${wrong.message}\n`);
  if (wrong !== undefined || given.has('help') || (operands.length === 0 && !given.has('a'))) {
    context.stderr.write(BUSYBOX_USAGE.rmmod);
    return given.has('help') ? 0 : 1;
  }
  const flags = (given.has('w') ? 0 : O_NONBLOCK) | (given.has('f') ? O_TRUNC : 0);
  if (given.has('a')) return removeUnused(context, flags);
  for (const operand of operands) {
    const name = moduleNameOfPath(toByteString(operand));
    const errno = await moduleCalls(context).deleteModule(name, flags);
    if (errno !== 0) return fail(context, name, errno);
  }
  return 0;
}

function fail(context: AppletContext, name: string, errno: number): number {
  const text = `rmmod: can't unload module '${name}': ${strerror(errno)}\n`;
  context.stderr.writeBytes(Buffer.from(text, 'latin1'));
  return 1;
}

/** `-a`: round after round, all that nobody uses, until nothing goes any more. */
async function removeUnused(context: AppletContext, flags: number): Promise<number> {
  for (;;) {
    const unused = unusedModules(context);
    let removed = 0;
    for (const name of unused) {
      if ((await moduleCalls(context).deleteModule(name, flags)) === 0) removed++;
    }
    if (removed === 0) return 0;
  }
}

function unusedModules(context: AppletContext): string[] {
  const lines = (readByteString(`${context.options.root}/proc/modules`) ?? '')
    .split('\n')
    .map((line) => line.split(' '));
  return lines.filter(([, , references]) => references === '0').map(([name]) => name!);
}
