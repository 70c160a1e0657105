import { errnoName } from '../../src/abi/errno.ts';
import { makeGuestRunner } from '../../src/applets/machine/guest-runner.ts';
import type { Session } from '../../src/kernel-api/core/session.ts';
import { writeBytes } from '../../src/kernel-api/guest-text.ts';
import { ioctlFile, readFile, writeFile } from '../../src/kernel-api/vfs/file-io.ts';
import { O } from '../../src/kernel-api/vfs/file-object.ts';
import { closeFile, type OpenFile, openFile } from '../../src/kernel-api/vfs/open-file.ts';
import { withUserBuffer } from '../../src/kernel-api/vfs/user-buffer.ts';
import { changeMachine } from '../../src/state/machine.ts';
import type { KoboxResult } from '../support/run-kobox.ts';

/** The file that the calls are about. */
interface Opened {
  file?: OpenFile;
}

type Call = (session: Session, opened: Opened, operand: string) => string;

/** ` = result`, or ` = -1 NAME` for a negative one. */
function result(value: number): string {
  return value < 0 ? ` = -1 ${errnoName(-value)}` : ` = ${value}`;
}

function quoted(bytes: string): string {
  const text = bytes.replace(/[^ !#-[\]-~]/g, (char) => {
    if (char === '\n') return '\\n';
    return '"\\'.includes(char) ? `\\${char}` : `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return ` "${text}"`;
}

const FLAGS: Readonly<Record<string, number>> = { r: O.RDONLY, w: O.WRONLY, '+': O.RDWR };

function open(session: Session, opened: Opened, operand: string): string {
  const [letters = '', path = ''] = operand.split(':');
  const flags = [...letters].reduce((sum, letter) => sum | (FLAGS[letter] ?? 0), 0);
  const file = openFile(session, path.slice(1), flags);
  if (typeof file !== 'number') opened.file = file;
  return `open ${path} ${letters}${result(typeof file === 'number' ? file : 0)}`;
}

function write(session: Session, { file }: Opened, text: string): string {
  return `write ${text.length}${result(writeFile(session, file!, text))}`;
}

function read(session: Session, { file }: Opened, operand: string): string {
  const bytes = readFile(session, file!, Number(operand));
  if (typeof bytes === 'number') return `read ${operand}${result(bytes)}`;
  return `read ${operand}${result(bytes.length)}${bytes === '' ? '' : quoted(bytes)}`;
}

function seek(session: Session, { file }: Opened, operand: string): string {
  const [offset = '', whence = ''] = operand.split(':');
  const table = file!.operations!.address;
  const llseek = session.pointerAt(table, 'file_operations', 'llseek');
  const position = session.call(llseek, file!.file, BigInt(offset), Number(whence));
  return `lseek ${offset} ${whence}${result(Number(BigInt.asIntN(64, position)))}`;
}

function ioctl(session: Session, { file }: Opened, operand: string): string {
  const [request, argument = '0'] = operand.split(':');
  const value = ioctlFile(session, file!, Number(request), BigInt(argument));
  return `ioctl 0x${Number(request).toString(16)} ${argument}${result(value)}`;
}

function ioctlInt(session: Session, { file }: Opened, operand: string): string {
  return withUserBuffer(session, 4096, (buffer) => {
    writeBytes(session, buffer, '\0\0\0\0');
    const value = ioctlFile(session, file!, Number(operand), buffer);
    return `ioctl 0x${Number(operand).toString(16)} int*${result(value)} ${session.memory.readU32(buffer) | 0}`;
  });
}

function close(session: Session, opened: Opened): string {
  closeFile(session, opened.file!);
  return 'close = 0';
}

const CALLS: Readonly<Record<string, Call>> = {
  o: open,
  w: write,
  W: (session, opened, operand) => write(session, opened, 'A'.repeat(Number(operand))),
  r: read,
  s: seek,
  i: ioctl,
  J: ioctlInt,
  c: close,
};

function inGuest<T>(root: string, work: (session: Session) => T): Promise<T> {
  const runner = makeGuestRunner();
  const options = { root, init: 'run' as const, comm: 'ut', makeRunner: () => runner };
  return changeMachine(options, (kernel) => runner.run(kernel, work));
}

/** A shell's file descriptor: `FILE` opens it for the commands to come, `&-` closes it. Exit status 0. */
export function fileHolder(root: string): { redirect(operand: string): Promise<number> } {
  const opened: Opened = {};
  const redirect = (operand: string) =>
    inGuest(root, (session) => {
      if (operand === '&-') close(session, opened);
      else open(session, opened, `r:${operand}`);
      return 0;
    });
  return { redirect };
}

/** One system call a word, as the recording's own test program makes them: `call = result`. */
export async function userTest(root: string, words: readonly string[]): Promise<KoboxResult> {
  const opened: Opened = {};
  const said = await inGuest(root, (session) => words.map((word) => CALLS[word[0]!]!(session, opened, word.slice(2))));
  return { stdout: said.map((line) => `${line}\n`).join(''), stderr: '', exit: 0 };
}
