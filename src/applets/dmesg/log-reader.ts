import type { Kernel } from '../../kernel/kernel.ts';
import type { LogRecord } from '../../kernel/log/log-record.ts';
import { readLog } from '../../kernel/log/printk.ts';
import { InputError } from '../command-line/input-error.ts';
import { kmsgEntry, type LogEntry } from './log-entry.ts';
import { type RecordFormat, RecordPrinter } from './record-printer.ts';
import { safeText } from './safe-text.ts';
import { syslogEntries } from './syslog-entries.ts';

/** Bytes of a file that are shown at a time. */
const PAGE = 4096;
const MICROSECONDS = 1e6;

/** What is read, and how it is shown. */
export interface ReadRules extends RecordFormat {
  /** `<PRIORITY>` before each line, no time, nothing escaped. */
  readonly plain: boolean;
  readonly levels: ReadonlySet<number> | undefined;
  readonly facilities: ReadonlySet<number> | undefined;
  /** Seconds since the epoch; 0: no limit. */
  readonly since: number;
  readonly until: number;
  /** Only what reached the console. */
  readonly onConsole: boolean;
}

/** Reads the log, picks what is wanted and makes the text that is printed of it, a byte string. */
export class LogReader {
  readonly #rules: ReadRules;
  #printer: RecordPrinter;
  #next = 0;

  constructor(rules: ReadRules) {
    this.#rules = rules;
    this.#printer = new RecordPrinter(rules);
  }

  /** What is there now is not shown. */
  skip(kernel: Kernel): void {
    this.#next = kernel.nextLogSequence;
  }

  /** The records that came since the last look. */
  readKmsg(kernel: Kernel): string {
    const records = readLog(kernel).filter(({ sequence }) => sequence >= this.#next);
    this.#next = (records.at(-1)?.sequence ?? this.#next - 1) + 1;
    return records.map((record) => this.#record(record)).join('');
  }

  /** A text as syslog(2) gives it, where each line has its prefix. */
  readBuffer(buffer: string): string {
    this.#printer = new RecordPrinter({ ...this.#rules, forcePrefix: false });
    const { raw, time, json, decode, color, levels, facilities, plain } = this.#rules;
    if (plain) return buffer.replace(/^(<\d+>)\[[^\]]*\] /gm, '$1');
    if (raw) return this.#rawBuffer(buffer);
    const withPriority = json || decode || color || levels !== undefined || facilities !== undefined;
    const rules = { withPriority, withTime: time !== 'none' };
    let text = '';
    for (const entry of syslogEntries(buffer, rules)) text += this.#print(entry);
    return text;
  }

  /** What stands after the last record. */
  end(): string {
    return this.#printer.end();
  }

  /** Raises InputError when records are to be picked that are not told apart. */
  refuseFilteredRaw(): void {
    const { raw, levels, facilities } = this.#rules;
    if (!raw || (levels ?? facilities) === undefined) return;
    const options = '--raw can be used together with --level or --facility';
    throw new InputError(`${options} only when reading messages from /dev/kmsg`);
  }

  #record(record: LogRecord): string {
    const { plain, time, onConsole } = this.#rules;
    if (onConsole && record.silent) return '';
    const entry = kmsgEntry(record, time !== 'none');
    if (!plain) return this.#print(entry);
    if (!this.#isWanted(entry)) return '';
    const prefix = `<${((record.facility ?? 0) << 3) | record.level}>`;
    return `${prefix}${record.text.replaceAll('\n', `\n${prefix}`)}\n`;
  }

  #print(entry: LogEntry): string {
    return this.#isWanted(entry) ? this.#printer.print(entry) : '';
  }

  #isWanted({ facility, level, time }: LogEntry): boolean {
    const { levels, facilities, since, until, bootTime } = this.#rules;
    if (facility < 0 && (levels ?? facilities) !== undefined) return false;
    if (!(levels?.has(level) ?? true) || !(facilities?.has(facility) ?? true)) return false;
    const seconds = bootTime + Math.floor(time / MICROSECONDS);
    return (since === 0 || seconds > since) && (until === 0 || seconds < until);
  }

  #rawBuffer(buffer: string): string {
    if (buffer === '') return '';
    let text = '';
    for (let at = 0; at < buffer.length; at += PAGE) text += safeText(buffer.slice(at, at + PAGE), 0, '', this.#rules);
    return buffer.endsWith('\n') ? text : `${text}\n`;
  }
}
