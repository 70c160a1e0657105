import { paint, subsystemLength, textPart } from './colors.ts';
import { JSON_BEGIN, JSON_END, jsonRecord } from './json-record.ts';
import { FACILITY_NAMES, LEVEL_NAMES, type LogEntry } from './log-entry.ts';
import { safeText } from './safe-text.ts';
import { SAME_TIME, secondsText, type TimeFormat, type TimeStamp, TimeStamps } from './time-stamp.ts';

/** What of a record is shown, and how. */
export interface RecordFormat {
  readonly time: TimeFormat;
  /** As the log holds it: `<PRIORITY>[TIME] text`. */
  readonly raw: boolean;
  readonly json: boolean;
  /** Facility and level as words. */
  readonly decode: boolean;
  /** The prefix stands in front of each line of a record, not only the first. */
  readonly forcePrefix: boolean;
  /** Unprintable characters are shown as they are. */
  readonly noEscape: boolean;
  readonly utf8: boolean;
  readonly color: boolean;
  /** Seconds since the epoch. */
  readonly bootTime: number;
}

/** Prints records one after the other. Source: util-linux 2.38, sys-utils/dmesg.c, `print_record`. */
export class RecordPrinter {
  readonly #format: RecordFormat;
  readonly #stamps: TimeStamps;
  #hasBegun = false;

  constructor(format: RecordFormat) {
    this.#format = format;
    this.#stamps = new TimeStamps(format.time, format.bootTime);
  }

  /** The text of the next record, a byte string. */
  print(entry: LogEntry): string {
    const { json, raw, decode } = this.#format;
    if (entry.text === '') return json ? '' : '\n';
    if (json) return `${this.#between()}${jsonRecord(entry, decode)}`;
    if (raw) return this.#lines(entry, '', { text: rawPrefix(entry), isBreak: false });
    return this.#lines(entry, decode ? decodePrefix(entry) : '', this.#stamps.next(entry.time));
  }

  /** What stands after the last record. */
  end(): string {
    return this.#format.json && this.#hasBegun ? JSON_END : '';
  }

  #between(): string {
    if (this.#hasBegun) return ',';
    this.#hasBegun = true;
    return JSON_BEGIN;
  }

  #lines(entry: LogEntry, words: string, stamp: TimeStamp): string {
    const indent = words.length + stamp.text.length;
    const isRelative = this.#format.time === 'reltime';
    const first = words + this.#stamp(stamp.text, stamp.isBreak);
    if (!this.#format.forcePrefix) return `${first}${this.#text(entry.text, entry, indent)}\n`;
    const [text = ''] = entry.text.split('\0', 1);
    const [line = '', ...more] = text.split('\n').filter((each) => each !== '');
    const later = words + this.#stamp(isRelative && stamp.text !== '' ? SAME_TIME : stamp.text, stamp.isBreak);
    const rest = more.map((each) => `\n${later}${this.#text(each, entry, indent)}`);
    return `${first}${this.#text(line, entry, indent)}${rest.join('')}\n`;
  }

  #stamp(text: string, isBreak: boolean): string {
    if (text === '' || !this.#format.color) return text;
    return paint(isBreak ? 'timebreak' : 'time', text);
  }

  #text(text: string, { level, behind }: LogEntry, indent: number): string {
    const safe = (part: string, next: string) => safeText(part, indent, next, this.#format);
    if (!this.#format.color) return safe(text, behind);
    const length = subsystemLength(text);
    const rest = text.slice(length);
    const subsystem = length === 0 ? '' : paint('subsystem', safe(text.slice(0, length), rest || behind));
    return subsystem + paint(textPart(level, rest), safe(rest, behind));
  }
}

/** It puts facility and level together without a shift: so does the model. */
function rawPrefix({ facility, level, time }: LogEntry): string {
  return `<${facility | level}>[${secondsText(time)}] `;
}

function decodePrefix({ facility, level }: LogEntry): string {
  const name = FACILITY_NAMES[facility];
  return name === undefined ? '' : `${name.padEnd(6)}:${(LEVEL_NAMES[level] ?? '').padEnd(6)}: `;
}
