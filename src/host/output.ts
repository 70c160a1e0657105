import { fstatSync, writeSync } from 'node:fs';
import { errnoNumber, strerror } from '../abi/errno.ts';
import { isErrnoException } from './errno-exception.ts';
import { hostBytes } from './host-text.ts';
import { terminalText } from './terminal-text.ts';

/** A text stream of an applet. Text is written as UTF-8; kernel byte strings as latin-1 through `writeBytes`. */
export interface Output {
  readonly isTTY: boolean;
  readonly columns: number;
  write(text: string): void;
  writeBytes(bytes: Uint8Array): void;
}

/** The reader of our output has gone away: the program ends without a word, as SIGPIPE would end it. */
export class ClosedPipe extends Error {
  constructor() {
    super('write EPIPE');
    this.name = 'ClosedPipe';
  }
}

/** What a command had to say cannot be written; the message is one line for the user. */
class WriteError extends Error {
  constructor(errno: number) {
    super(`write error: ${strerror(errno)}`);
    this.name = 'WriteError';
  }
}

const STDERR = 2;
/** Columns of a terminal that does not say how many it has. */
const DEFAULT_COLUMNS = 80;
/** Major number of /dev/null and the like. */
const MEMORY_DEVICES = 1;
/** How long to wait for a full pipe, in ms. */
const RETRY_PAUSE = 5;

/**
 * A file descriptor of this process as an applet's stream. It writes at once and synchronously: node's own streams
 * cost milliseconds to set up. A terminal gets nothing that it would obey but colours. Raises ClosedPipe and, but for
 * standard error, whose failures can be told nowhere, WriteError.
 */
export function descriptorOutput(fd: number): Output {
  return {
    get isTTY() {
      return isTerminal(fd);
    },
    get columns() {
      return isTerminal(fd) ? terminalColumns(fd) : DEFAULT_COLUMNS;
    },
    write: (text) => writeShown(fd, hostBytes(text)),
    writeBytes: (bytes) => writeShown(fd, bytes),
  };
}

function isTerminal(fd: number): boolean {
  try {
    const status = fstatSync(fd);
    return status.isCharacterDevice() && status.rdev >> 8 !== MEMORY_DEVICES && loadTty().isatty(fd);
  } catch {
    return false;
  }
}

function terminalColumns(fd: number): number {
  return new (loadTty().WriteStream)(fd).columns || DEFAULT_COLUMNS;
}

/** node:tty brings the whole of node:net with it. */
function loadTty(): typeof import('node:tty') {
  return process.getBuiltinModule('node:tty');
}

function writeShown(fd: number, bytes: Uint8Array): void {
  writeWhole(fd, isTerminal(fd) ? terminalText(bytes) : bytes);
}

function writeWhole(fd: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) {
    try {
      done += writeSync(fd, bytes, done);
    } catch (error) {
      if (!isErrnoException(error)) throw error;
      if (error.code === 'EPIPE') throw new ClosedPipe();
      if (error.code === 'EAGAIN') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_PAUSE);
      else if (fd === STDERR) return;
      else throw new WriteError(errnoNumber(error.code));
    }
  }
}
