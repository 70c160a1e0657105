import { strerror } from '../../abi/errno.ts';
import { O_NONBLOCK, O_TRUNC } from '../../kernel/unload.ts';
import { moduleNameOfPath } from '../../kmod/underscores.ts';
import type { AppletContext } from '../applet.ts';
import { flag, getoptLong, type OptionTable } from '../command-line/getopt-long.ts';
import { moduleCalls } from '../machine/module-calls.ts';
import { toByteString } from '../output/byte-string.ts';

/** busybox's own, include/libbb.h: the room for a name that a path stands for. */
const MODULE_NAME_LEN = 256;

const OPTIONS: OptionTable = { short: 'wfas', long: [flag('help', 'help')] };

/** busybox: `rmmod_main`. Stops at the first failure with exit status 1. */
export async function runBusyboxRmmod(context: AppletContext): Promise<number> {
  const { options, operands } = getoptLong(context.argv, OPTIONS);
  const wrong = options.find((option) => 'message' in option);
  const given = new Set(options.map((option) => option.id));
  if (wrong !== undefined && 'message' in wrong) context.stderr.write(`rmmod: ${wrong.message}\n`);
  if (wrong !== undefined || given.has('help') || (operands.length === 0 && !given.has('a'))) {
    context.stderr.write((await import('../command-line/busybox-usage.ts')).BUSYBOX_USAGE.rmmod);
    return given.has('help') ? 0 : 1;
  }
  if (given.has('a')) return removeUnused();
  const flags = (given.has('w') ? 0 : O_NONBLOCK) | (given.has('f') ? O_TRUNC : 0);
  for (const operand of operands) {
    const name = moduleNameOfPath(toByteString(operand)).slice(0, MODULE_NAME_LEN - 1);
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

/** `-a` is delete_module(NULL): kernels since 2.6 answer EFAULT, which busybox takes for the end of its work. */
function removeUnused(): number {
  return 0;
}
