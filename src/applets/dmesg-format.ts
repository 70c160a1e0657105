import { KERN, type LogRecord } from '../kernel/log/log-record.ts';

/** How a record's time is shown. */
export type TimeFormat = 'boot' | 'none' | 'delta' | 'reltime' | 'ctime' | 'iso';

/** What of a record is shown, and how. */
export interface LogFormat {
  readonly time: TimeFormat;
  /** `<LEVEL>` in front of each line, nothing escaped. */
  readonly raw: boolean;
  /** Facility and level as words. */
  readonly decode: boolean;
  /** The prefix stands in front of each line of a record, not only the first. */
  readonly forcePrefix: boolean;
  /** Unprintable bytes are shown as they are. */
  readonly noEscape: boolean;
  /** Wall clock at boot, ms since the epoch. */
  readonly bootTime: number;
  readonly paint: (part: LogPart, text: string) => string;
}

/** The parts of a line that have a colour of their own. */
export type LogPart = 'time' | 'subsystem' | 'alert' | 'crit' | 'err' | 'warn' | 'text';

/** Level names of syslog(3), by number. */
export const LEVEL_NAMES = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'] as const;

const MICROSECONDS = 1e6;
/** util-linux: facility and level columns of `--decode`. */
const DECODE_WIDTH = 6;

/** One record as `dmesg` prints it, with its newline. `previous`: the record printed before it. Text is a byte string. */
export function formatRecord(record: LogRecord, previous: LogRecord | undefined, format: LogFormat): string {
  const prefix = linePrefix(record, previous, format);
  const lines = record.text.split('\n');
  const width = format.raw || format.forcePrefix ? undefined : prefix.length;
  return lines
    .map((line, index) => {
      const isFirst = index === 0;
      const shown = isFirst || width === undefined ? paintedPrefix(prefix, format) : ' '.repeat(width);
      return `${shown}${paintText(record, format.noEscape || format.raw ? line : escapeLine(line), format, isFirst)}\n`;
    })
    .join('');
}

function linePrefix(record: LogRecord, previous: LogRecord | undefined, format: LogFormat): string {
  const time = timeText(record, previous, format);
  if (format.raw) return `<${record.level}>${time}`;
  return format.decode ? `kern  :${LEVEL_NAMES[record.level].padEnd(DECODE_WIDTH)}: ${time}` : time;
}

function timeText(record: LogRecord, previous: LogRecord | undefined, format: LogFormat): string {
  const wall = new Date(format.bootTime + record.timestamp / 1000);
  const delta = previous === undefined ? 0 : record.timestamp - previous.timestamp;
  const texts: Readonly<Record<TimeFormat, () => string>> = {
    none: () => '',
    boot: () => `[${secondsText(record.timestamp)}] `,
    delta: () => `[<${secondsText(delta)}>] `,
    ctime: () => `[${ctimeText(wall)}] `,
    reltime: () => relativeText(wall, delta, previous, format),
    iso: () => `${isoText(wall, record.timestamp)} `,
  };
  return texts[format.time]();
}

/** `%5ld.%06ld`. */
function secondsText(microseconds: number): string {
  return (microseconds / MICROSECONDS).toFixed(6).padStart(12);
}

/** ctime(3) without the newline, in local time. */
function ctimeText(time: Date): string {
  const [day, month] = time.toDateString().split(' ');
  return `${day} ${month} ${String(time.getDate()).padStart(2)} ${clockText(time)} ${time.getFullYear()}`;
}

function clockText(time: Date): string {
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

/** The date and minute where the minute changes, the seconds since the last record elsewhere. */
function relativeText(wall: Date, delta: number, previous: LogRecord | undefined, format: LogFormat): string {
  const before = previous && new Date(format.bootTime + previous.timestamp / 1000);
  const minute = (time: Date) => Math.floor(time.getTime() / 60_000);
  if (before !== undefined && minute(before) === minute(wall)) {
    return `[${`+${(delta / MICROSECONDS).toFixed(6)}`.padStart(11)}] `;
  }
  const month = wall.toDateString().split(' ')[1];
  return `[${month}${String(wall.getDate()).padStart(2)} ${clockText(wall).slice(0, 5)}] `;
}

function isoText(wall: Date, timestamp: number): string {
  const pad = (value: number) => String(value).padStart(2, '0');
  const offset = -wall.getTimezoneOffset();
  const zone = `${offset < 0 ? '-' : '+'}${pad(Math.floor(Math.abs(offset) / 60))}:${pad(Math.abs(offset) % 60)}`;
  const fraction = String(timestamp % MICROSECONDS).padStart(6, '0');
  return `${wall.getFullYear()}-${pad(wall.getMonth() + 1)}-${pad(wall.getDate())}T${clockText(wall)},${fraction}${zone}`;
}

const DELETE = 0x7f;

/** util-linux: control characters and stray bytes as `\x1b`; tabs and well-formed UTF-8 stay. */
function escapeLine(line: string): string {
  const bytes = Buffer.from(line, 'latin1');
  const isUtf8 = Buffer.from(bytes.toString('utf8'), 'utf8').equals(bytes);
  return line.replace(/[^\t -~]/g, (char) => {
    const code = char.charCodeAt(0);
    return isUtf8 && code > DELETE ? char : `\\x${code.toString(16).padStart(2, '0')}`;
  });
}

function paintedPrefix(prefix: string, format: LogFormat): string {
  return prefix === '' ? '' : format.paint('time', prefix);
}

const LEVEL_PARTS: Readonly<Record<number, LogPart>> = {
  [KERN.EMERG]: 'alert',
  [KERN.ALERT]: 'alert',
  [KERN.CRIT]: 'crit',
  [KERN.ERR]: 'err',
  [KERN.WARNING]: 'warn',
};

/** A worrying record has its level's colour, another one a coloured subsystem: the text before the first `: `. */
function paintText(record: LogRecord, line: string, format: LogFormat, isFirst: boolean): string {
  const part = LEVEL_PARTS[record.level];
  if (part !== undefined) return format.paint(part, line);
  const colon = isFirst ? line.indexOf(': ') : -1;
  if (colon < 0) return format.paint('text', line);
  return format.paint('subsystem', line.slice(0, colon + 1)) + format.paint('text', line.slice(colon + 1));
}
