import type { Output } from '../../host/output.ts';
import { LIBRARY_PLACES, type LibraryLog, libraryFunction } from '../../kmod/library-log.ts';

/** syslog(3) priorities, as kmod's tools use them. */
export const LOG = { EMERG: 0, CRIT: 2, ERR: 3, WARNING: 4, NOTICE: 5, INFO: 6, DEBUG: 7 } as const;

/** One priority. */
export type Priority = (typeof LOG)[keyof typeof LOG];

const NAMES: Readonly<Record<number, string>> = {
  [LOG.CRIT]: 'FATAL',
  [LOG.ERR]: 'ERROR',
  [LOG.WARNING]: 'WARNING',
  [LOG.NOTICE]: 'NOTICE',
  [LOG.INFO]: 'INFO',
  [LOG.DEBUG]: 'DEBUG',
};

/** The tool ends at once with this exit status: what exit(3) in the midst of things is to kmod. */
export class ToolExit extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`exit ${status}`);
    this.name = 'ToolExit';
    this.status = status;
  }
}

/** Priorities by the name or number of `KMOD_LOG`. */
function environmentPriority(text: string | undefined): number {
  if (text === undefined) return LOG.ERR;
  const number = /^\s*([+-]?\d+)(?:\s|$)/.exec(text);
  if (number !== null) return Number(number[1]);
  const names = [
    ['err', LOG.ERR],
    ['info', LOG.INFO],
    ['debug', LOG.DEBUG],
  ] as const;
  return names.find(([name]) => text.startsWith(name))?.[1] ?? LOG.EMERG;
}

/**
 * The messages of a kmod tool on stderr: `TOOL: ERROR: text` (kmod: tools/log.c). Texts are byte strings and end
 * without a line end.
 */
export class KmodLog {
  readonly #name: string;
  readonly #stderr: Output;
  /** Nothing less urgent is said. */
  #priority: number = LOG.WARNING;
  #libraryPriority: number;
  #isSetUp = false;
  /** Where messages go instead of stderr, unless it gives false. */
  #systemLog: ((text: string) => boolean) | undefined;

  constructor(name: string, stderr: Output, kmodLog: string | undefined) {
    this.#name = name;
    this.#stderr = stderr;
    this.#libraryPriority = environmentPriority(kmodLog);
  }

  /** From now on the library's messages are said in the tool's form too (kmod: `log_setup_kmod_log`). */
  setUp(priority: number): void {
    this.#priority = priority;
    this.#libraryPriority = priority;
    this.#isSetUp = true;
  }

  /** Messages go to the system's log, and to stderr only where it takes them not. */
  useSyslog(systemLog: (text: string) => boolean): void {
    this.#systemLog = systemLog;
  }

  /** One message of the tool. A FATAL one that is said ends it: raises ToolExit(1). */
  say(priority: Priority, text: string): void {
    if (priority > this.#priority) return;
    this.#message(`${this.#name}: ${NAMES[priority]}: ${text}`);
    if (priority <= LOG.CRIT) throw new ToolExit(1);
  }

  /** One message of libkmod. */
  readonly library: LibraryLog = (place, text, priority = LOG.ERR) => {
    if (priority > this.#libraryPriority) return;
    const [level, where, name] = [NAMES[priority], LIBRARY_PLACES[place], libraryFunction(place)];
    if (!this.#isSetUp) this.#line(`libkmod: ${level} ${where} ${name}: ${text}`);
    else this.#message(`${this.#name}: ${level}: ${where} ${name}() ${text}`);
  };

  /** A bare line, `TOOL: text`; getopt's goes by argv[0] instead. */
  bare(text: string, name: string = this.#name): void {
    this.#line(`${name}: ${text}`);
  }

  #message(text: string): void {
    if (this.#systemLog?.(text) !== true) this.#line(text);
  }

  #line(text: string): void {
    this.#stderr.writeBytes(Buffer.from(`${text}\n`, 'latin1'));
  }
}
