import { errnoNumber, strerror } from '../../abi/errno.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { clearLog } from '../../kernel/log/printk.ts';
import { maySyslog, syslogBufferSize, syslogReadAll } from '../../kernel/log/syslog.ts';
import { changeMachine } from '../../state/machine.ts';
import type { AppletContext } from '../applet.ts';
import { BUSYBOX_USAGE } from '../command-line/busybox-usage.ts';
import { getoptLong } from '../command-line/getopt-long.ts';
import { InputError } from '../command-line/input-error.ts';
import { readTaken, takeWrites } from '../machine/take-writes.ts';
import { writeByteString } from '../output/byte-string.ts';
import { changeConsole } from './console-change.ts';

const TABLE = { short: 'cs:n:r', long: [] };
/** What is read at least and at most. */
const SMALLEST = 16 << 10;
const LARGEST = 16 << 20;

/** What stands in angle brackets where a line begins, however often. */
const PREFIXES = /^(?:<[^>]*(?:>|(?![^>])))+/gm;

/** dmesg as busybox 1.35 has it: util-linux/dmesg.c. */
export async function busyboxStyle(context: AppletContext): Promise<number> {
  if (context.argv.length === 1 && context.argv[0] === '--help') {
    context.stderr.write(BUSYBOX_USAGE.dmesg);
    return 0;
  }
  const { options } = getoptLong(context.argv, TABLE);
  const values = new Map<string, string>();
  for (const option of options) {
    if ('message' in option) return refuse(context, option.message);
    values.set(option.id, option.value);
  }
  const [size, level] = ['s', 'n'].map((key) => parseNumber(values.get(key)));
  if (level !== undefined) return setLevel(context, level);
  const isRaw = values.has('r');
  if (!values.has('c')) {
    show(context, await readTaken(context), size, isRaw);
    return 0;
  }
  await takeWrites(context);
  return changeMachine(context.options, (kernel) => {
    if (!maySyslog(kernel, context.options.uid, 'change')) throw new InputError(REFUSED);
    show(context, kernel, size, isRaw);
    clearLog(kernel);
    return 0;
  });
}

const REFUSED = `klogctl: ${strerror(errnoNumber('EPERM'))}`;

function refuse({ stderr }: AppletContext, complaint: string): number {
  stderr.write(`dmesg: ${complaint}\n${BUSYBOX_USAGE.dmesg}`);
  return 1;
}

async function setLevel(context: AppletContext, level: number): Promise<number> {
  const result = await changeConsole(context.options, level);
  if (result < 0) throw new InputError(`klogctl: ${strerror(-result)}`);
  return 0;
}

/** busybox: `xatou`. */
function parseNumber(word: string | undefined): number | undefined {
  if (word === undefined) return undefined;
  if (!/^\d+$/.test(word)) throw new InputError(`invalid number '${word}'`);
  return Number(word);
}

function show(context: AppletContext, kernel: Kernel, size: number | undefined, isRaw: boolean): void {
  if (!maySyslog(kernel, context.options.uid, 'read')) throw new InputError(REFUSED);
  const wanted = Math.min(Math.max(size ?? syslogBufferSize(kernel), SMALLEST), LARGEST);
  const text = syslogReadAll(kernel, wanted);
  if (text === '') return;
  writeByteString(context.stdout, isRaw ? text : text.replace(PREFIXES, ''));
}
