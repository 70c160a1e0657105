import { errnoNumber, strerror } from '../../abi/errno.ts';
import { pause } from '../../host/pause.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { clearLog, readLog } from '../../kernel/log/printk.ts';
import { maySyslog, syslogBufferSize, syslogReadAll } from '../../kernel/log/syslog.ts';
import { changeMachine, readMachine } from '../../state/machine.ts';
import type { AppletContext } from '../applet.ts';
import { helpText } from '../command-line/getopt.ts';
import { InputError } from '../command-line/input-error.ts';
import { readTaken, takeWrites } from '../machine/take-writes.ts';
import { writeByteString } from '../output/byte-string.ts';
import { changeConsole } from './console-change.ts';
import { readLogFile } from './log-file.ts';
import { LogReader } from './log-reader.ts';
import { SilentError } from './parse-lists.ts';
import { settle } from './settle.ts';
import { type DmesgRequest, parseOptions } from './util-linux-options.ts';
import { ROWS } from './util-linux-rows.ts';

/** How often `--follow` looks for new messages, in ms. */
const FOLLOW_PERIOD = 100;
const REFUSED = strerror(errnoNumber('EPERM'));

/** dmesg as util-linux 2.38 has it: sys-utils/dmesg.c. */
export async function utilLinuxStyle(context: AppletContext): Promise<number> {
  try {
    const request = parseOptions(context);
    return 'refused' in request ? refuse(context, request.refused) : await serve(context, request);
  } catch (error) {
    if (error instanceof SilentError) return 1;
    throw error;
  }
}

function refuse({ stderr }: AppletContext, complaint: string | undefined): number {
  if (complaint !== undefined) stderr.write(`dmesg: ${complaint}\n`);
  stderr.write("Try 'dmesg --help' for more information.\n");
  return 1;
}

const HELP = {
  name: 'dmesg',
  usage: '[options]',
  summary: 'Show or clear the kernel log.',
  examples: ['dmesg -l err,warn', 'dmesg --follow'],
};

async function serve(context: AppletContext, request: DmesgRequest): Promise<number> {
  const { action } = request;
  if (typeof action === 'object') return console(context, action.console);
  if (action === 'help' || action === 'version') {
    const version = 'dmesg from kobox, in the manner of util-linux 2.38.1\n';
    context.stdout.write(action === 'help' ? await helpText({ ...HELP, rows: byLetter() }) : version);
    return 0;
  }
  if (request.delta && request.time === 'iso' && !request.json) {
    context.stderr.write('dmesg: --show-delta is ignored when used together with iso8601 time format\n');
  }
  if (action === 'read') return show(context, request);
  if (request.file === undefined) await takeWrites(context);
  return changeMachine(context.options, (kernel) => {
    if (action === 'read-clear') read(context, kernel, new LogReader(settle(request, context, kernel)), request);
    if (!maySyslog(kernel, context.options.uid, 'change')) {
      throw new InputError(`clear kernel buffer failed: ${REFUSED}`);
    }
    clearLog(kernel);
    return 0;
  });
}

const byLetter = () => [...ROWS].sort((a, b) => helpKey(a).localeCompare(helpKey(b), 'en'));
const helpKey = ({ short, long = '' }: (typeof ROWS)[number]): string => short ?? `~${long}`;

async function console(context: AppletContext, change: Parameters<typeof changeConsole>[1]): Promise<number> {
  const result = await changeConsole(context.options, change);
  if (result === 0) return 0;
  throw new InputError(`klogctl failed: ${strerror(-result)}`);
}

async function show(context: AppletContext, request: DmesgRequest): Promise<number> {
  const kernel = request.file === undefined ? await readTaken(context) : readMachine(context.options);
  const reader = new LogReader(settle(request, context, kernel));
  read(context, kernel, reader, request);
  while (request.follow) {
    await pause(FOLLOW_PERIOD);
    writeByteString(context.stdout, reader.readKmsg(readMachine(context.options)));
  }
  return 0;
}

/** Prints what is there. The log is read as /dev/kmsg; that failing, or being empty, as syslog(2) gives it. */
function read(context: AppletContext, kernel: Kernel, reader: LogReader, request: DmesgRequest): void {
  const { stdout, options } = context;
  const mayRead = maySyslog(kernel, options.uid, 'read');
  const isKmsg = request.file === undefined && !request.syslog && mayRead;
  if (isKmsg && (request.follow || readLog(kernel).length > 0)) {
    if (request.onlyNew) reader.skip(kernel);
    writeByteString(stdout, reader.readKmsg(kernel) + reader.end());
    return;
  }
  reader.refuseFilteredRaw();
  if (request.file !== undefined) {
    writeByteString(stdout, reader.readBuffer(readLogFile(context, request.file)) + reader.end());
    return;
  }
  if (!mayRead) throw new InputError(`read kernel buffer failed: ${REFUSED}`);
  const size = request.bufferSize || syslogBufferSize(kernel);
  writeByteString(stdout, reader.readBuffer(syslogReadAll(kernel, size + SPARE_BYTES)) + reader.end());
}

/** What is asked for beyond the buffer's size. */
const SPARE_BYTES = 8;
