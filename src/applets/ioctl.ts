import type { Session } from '../kernel-api/core/session.ts';
import { writeBytes } from '../kernel-api/guest-text.ts';
import { ioctlFile } from '../kernel-api/vfs/file-io.ts';
import { O } from '../kernel-api/vfs/file-object.ts';
import { closeFile, openFile } from '../kernel-api/vfs/open-file.ts';
import { withUserBuffer } from '../kernel-api/vfs/user-buffer.ts';
import type { AppletContext } from './applet.ts';
import { plainApplet } from './command-line/plain-applet.ts';
import { errorWords, guestPath, inKernel } from './machine/guest-files.ts';
import { toByteString } from './output/byte-string.ts';

const USAGE = `Usage: kobox ioctl FILE REQUEST [ARGUMENT | -i NUMBER | -s TEXT | -b SIZE]

Call ioctl(2) and show what it returned.

	ARGUMENT	A number
	-i NUMBER	A pointer to an int, shown afterwards
	-s TEXT		A pointer to a text, shown afterwards
	-b SIZE		A pointer to zeroed bytes, shown in hexadecimal afterwards

Examples:
  kobox ioctl /dev/hello 0x5401
  kobox ioctl /dev/hello 0x80046801 -i 0
`;
const TEXT_SIZE = 4096;

/** What an argument stands for in the program's memory. */
interface Argument {
  readonly size: number;
  readonly bytes: string;
  readonly show: (text: string) => string;
}

function int32(value: number): string {
  return String.fromCharCode(value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >> 24) & 255);
}

function fromInt32(text: string): number {
  return [0, 1, 2, 3].reduce((sum, index) => sum | (text.charCodeAt(index) << (8 * index)), 0);
}

function hex(text: string): string {
  return [...text].map((char) => char.charCodeAt(0).toString(16).padStart(2, '0')).join(' ');
}

/** The kinds of pointer arguments by their option. */
const POINTERS: Readonly<Record<string, (word: string) => Argument>> = {
  '-i': (word) => ({ size: 4, bytes: int32(Number(word)), show: (text) => `${fromInt32(text)}` }),
  '-s': (word) => ({ size: TEXT_SIZE, bytes: toByteString(word), show: (text) => text.split('\0', 1)[0]! }),
  '-b': (word) => ({ size: Number(word), bytes: '', show: hex }),
};

function call(
  session: Session,
  path: string,
  request: number,
  words: readonly string[],
): { result: number; shown: string } {
  const file = openFile(session, path, O.RDWR);
  if (typeof file === 'number') return { result: file, shown: '' };
  try {
    const pointer = POINTERS[words[0] ?? '']?.(words[1] ?? '0');
    if (!pointer) return { result: ioctlFile(session, file, request, BigInt(words[0] ?? 0)), shown: '' };
    return withUserBuffer(session, pointer.size, (buffer) => {
      writeBytes(session, buffer, pointer.bytes.slice(0, pointer.size));
      const result = ioctlFile(session, file, request, buffer);
      const after = String.fromCharCode(...session.memory.view(buffer, pointer.size, 'read'));
      return { result, shown: pointer.show(after) };
    });
  } finally {
    closeFile(session, file);
  }
}

async function run(context: AppletContext): Promise<number | undefined> {
  const [word, request, ...words] = context.argv;
  const valid = words.every(
    (each) => each === '-s' || words[0] === '-s' || /^-[ib]$|^-?\d+$|^0x[0-9a-f]+$/i.test(each),
  );
  if (word === undefined || request === undefined || Number.isNaN(Number(request)) || !valid) return undefined;
  const path = guestPath(context, word);
  const { result, shown } = await inKernel(context, (session) => call(session, path, Number(request), words));
  if (result < 0) {
    context.stderr.write(`ioctl: ${word}: ${errorWords(result)}\n`);
    return 1;
  }
  context.stdout.write(`${result}\n${shown === '' ? '' : `${shown}\n`}`);
  return 0;
}

/** ioctl: ioctl(2) on a device of the emulated machine. */
export const ioctl = plainApplet('ioctl', USAGE, run);
