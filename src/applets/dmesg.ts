import { errnoNumber, strerror } from '../abi/errno.ts';
import { pause } from '../host/pause.ts';
import { sysctl } from '../kernel/files/sysctl.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { setConsoleLevel, switchConsoleOff, switchConsoleOn } from '../kernel/log/console.ts';
import type { LogRecord } from '../kernel/log/log-record.ts';
import { clearLog, readLog } from '../kernel/log/printk.ts';
import { changeMachine, readMachine } from '../state/machine.ts';
import type { Applet, AppletContext } from './applet.ts';
import { BUSYBOX_USAGE } from './busybox-usage.ts';
import { writeByteString } from './byte-string.ts';
import { formatRecord, type LogFormat } from './dmesg-format.ts';
import { type ConsoleChange, DMESG_LINES, type DmesgRequest, dmesgRequest } from './dmesg-options.ts';
import { helpText, type ParsedWords, parseWords } from './getopt.ts';

/** How often `--follow` looks for new messages, in ms. */
const FOLLOW_PERIOD = 100;

/** util-linux: sys-utils/dmesg.c; busybox: util-linux/dmesg.c. */
export const dmesg: Applet = {
  name: 'dmesg',
  async run(context) {
    const style = context.options.style === 'busybox' ? 'busybox' : 'kmod';
    if (style === 'busybox' && context.argv[0] === '--help') {
      context.stderr.write(BUSYBOX_USAGE.dmesg);
      return 0;
    }
    const parsed = parseWords(DMESG_LINES[style], context.argv);
    if ('error' in parsed) return refuse(context, style, parsed.error);
    if (parsed.options['help']) {
      context.stdout.write(await helpText(DMESG_LINES[style]));
      return 0;
    }
    if (parsed.options['version']) {
      context.stdout.write('dmesg from kobox, in the manner of util-linux 2.38.1\n');
      return 0;
    }
    return serve(context, parsed, style);
  },
};

function refuse(context: AppletContext, style: 'busybox' | 'kmod', error: string): number {
  const hint = style === 'busybox' ? BUSYBOX_USAGE.dmesg : "Try 'dmesg --help' for more information.\n";
  context.stderr.write(`dmesg: ${error}\n${hint}`);
  return 1;
}

/** `check_syslog_permissions`: with `dmesg_restrict` only root sees the log. */
function refuseUser(context: AppletContext, style: 'busybox' | 'kmod'): number {
  const what = style === 'busybox' ? 'klogctl' : 'read kernel buffer failed';
  context.stderr.write(`dmesg: ${what}: ${strerror(errnoNumber('EPERM'))}\n`);
  return 1;
}

async function serve(context: AppletContext, parsed: ParsedWords, style: 'busybox' | 'kmod'): Promise<number> {
  const request = dmesgRequest(parsed, context);
  const machine = readMachine(context.options);
  if (context.options.uid !== 0 && sysctl(machine, 'dmesg_restrict') !== 0) return refuseUser(context, style);
  const format = await logFormat(request, machine);
  let next = 0;
  const showNew = (kernel: Kernel) => {
    const fresh = readLog(kernel).filter((record) => record.sequence >= next);
    show(context, fresh, request, format);
    next = kernel.nextLogSequence;
  };
  if (request.clear) {
    await changeMachine(context.options, (kernel) => {
      if (request.show) showNew(kernel);
      clearLog(kernel);
    });
    return 0;
  }
  if (request.console !== undefined) return changeConsole(context, request.console);
  if (!request.show) return 0;
  if (request.onlyNew) next = machine.nextLogSequence;
  else showNew(machine);
  while (request.follow) {
    await pause(FOLLOW_PERIOD);
    showNew(readMachine(context.options));
  }
  return 0;
}

/** `klogctl(SYSLOG_ACTION_CONSOLE_…)`. */
async function changeConsole(context: AppletContext, change: ConsoleChange): Promise<number> {
  const result = await changeMachine(context.options, (kernel) => {
    if (typeof change === 'number') return setConsoleLevel(kernel, change);
    if (change === 'off') switchConsoleOff(kernel);
    else switchConsoleOn(kernel);
    return 0;
  });
  if (result < 0) context.stderr.write(`dmesg: klogctl failed: ${strerror(-result)}\n`);
  return result < 0 ? 1 : 0;
}

function show(context: AppletContext, records: readonly LogRecord[], request: DmesgRequest, format: LogFormat): void {
  const wanted = records.filter(
    ({ level, silent }) => request.kernel && (request.levels?.has(level) ?? true) && !(request.onConsole && silent),
  );
  if (request.json) context.stdout.write(jsonText(wanted));
  else {
    let previous: LogRecord | undefined;
    let text = '';
    for (const record of wanted) {
      text += formatRecord(record, previous, format);
      previous = record;
    }
    writeByteString(context.stdout, text);
  }
}

/** util-linux: `{"dmesg": [{"pri": …, "time": …, "msg": …}]}`. */
function jsonText(records: readonly LogRecord[]): string {
  const rows = records.map(({ level, timestamp, text }) => {
    const message = JSON.stringify(Buffer.from(text, 'latin1').toString('utf8'));
    const time = (timestamp / 1e6).toFixed(6).padStart(12);
    return `      {\n         "pri": ${level},\n         "time": ${time},\n         "msg": ${message}\n      }`;
  });
  return `{\n   "dmesg": [\n${rows.join(',')}\n   ]\n}\n`;
}

async function logFormat(request: DmesgRequest, kernel: Kernel): Promise<LogFormat> {
  const { time, raw, decode, forcePrefix, noEscape } = request;
  const paint = request.color ? (await import('./dmesg-colors.ts')).paint : (_part: unknown, text: string) => text;
  return { time, raw, decode, forcePrefix, noEscape, bootTime: bootTime(kernel), paint };
}

/** Wall clock at boot, ms since the epoch. */
function bootTime(kernel: Kernel): number {
  return Date.now() - kernel.clock() / 1000;
}
