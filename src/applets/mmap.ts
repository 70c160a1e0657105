import type { Session } from '../kernel-api/core/session.ts';
import type { UserArea } from '../kernel-api/core/user-area.ts';
import { O } from '../kernel-api/vfs/file-object.ts';
import { type MapRequest, MemorySignal, mapFile, readArea, unmapFile, writeArea } from '../kernel-api/vfs/map-file.ts';
import { closeFile, openFile } from '../kernel-api/vfs/open-file.ts';
import type { Applet, AppletContext } from './applet.ts';
import { type CommandLine, optionText } from './command-line/getopt.ts';
import { InputError } from './command-line/input-error.ts';
import { readWords } from './command-line/read-words.ts';
import { errorWords, guestPath, inKernel } from './machine/guest-files.ts';
import { toByteString, writeByteString } from './output/byte-string.ts';
import { hexDump } from './output/hex-dump.ts';

const LINE: CommandLine = {
  name: 'kobox mmap',
  usage: '[-pr] [-o OFFSET] [-w TEXT] FILE [LENGTH]',
  summary: 'Map LENGTH bytes (4096) of a device with mmap(2), and show what stands there as hexdump -C does.',
  rows: [
    { short: 'o', long: 'offset', argument: 'bytes', help: 'where in the device to begin: a multiple of 4096' },
    { short: 'w', long: 'write', argument: 'text', help: 'map for writing too, and first write this to the beginning' },
    { short: 'p', long: 'private', help: 'MAP_PRIVATE; otherwise MAP_SHARED' },
    { short: 'r', long: 'raw', help: 'the bytes as they are' },
  ],
  examples: ['kobox mmap /dev/hello', 'kobox mmap -o 4096 -w hello /dev/hello 16'],
};
const DEFAULT_LENGTH = 4096;
const MAX_LENGTH = 64 << 20;

/** What the shell says of a program that a signal ended, and its status. */
const ENDED = {
  SIGBUS: ['Bus error', 135],
  SIGSEGV: ['Segmentation fault', 139],
  SIGKILL: ['Killed', 137],
} as const;

/** What a program with the area does and sees: the bytes; a negative errno; the signal that ended it. */
type Outcome = { readonly text: string } | { readonly error: number; readonly opened: boolean } | MemorySignal;

function useArea(session: Session, area: UserArea, length: number, text: string): Outcome {
  try {
    writeArea(session, area, text);
    return { text: readArea(session, area, length) };
  } catch (error) {
    if (error instanceof MemorySignal) return error;
    throw error;
  } finally {
    unmapFile(session, area);
  }
}

function mapAndShow(session: Session, path: string, request: MapRequest, text: string): Outcome {
  const file = openFile(session, path, request.writable ? O.RDWR : O.RDONLY);
  if (typeof file === 'number') return { error: file, opened: false };
  const area = mapFile(session, file, request);
  const outcome =
    typeof area === 'number' ? { error: area, opened: true } : useArea(session, area, request.length, text);
  closeFile(session, file);
  return outcome;
}

/** A number of bytes. Raises InputError. */
function bytes(word: string | undefined, otherwise: number): number {
  const value = word === undefined ? otherwise : Number(word);
  if (Number.isInteger(value) && value >= 0 && value <= MAX_LENGTH) return value;
  throw new InputError(`'${word}' is no number of bytes`);
}

async function run(context: AppletContext): Promise<number> {
  const words = await readWords(context, LINE, context.argv, [1, 2]);
  if (words === undefined) return 0;
  const [word = '', length] = words.operands;
  const written = optionText(words, 'write');
  const request = {
    length: bytes(length, DEFAULT_LENGTH),
    offset: bytes(optionText(words, 'offset'), 0),
    writable: written !== undefined,
    shared: words.options['private'] === undefined,
  };
  const path = guestPath(context, word);
  const outcome = await inKernel(context, (session) => mapAndShow(session, path, request, toByteString(written ?? '')));
  return report(context, word, outcome, words.options['raw'] !== undefined);
}

function report({ stdout, stderr }: AppletContext, word: string, outcome: Outcome, raw: boolean): number {
  if (outcome instanceof MemorySignal) {
    const [words, status] = ENDED[outcome.signal];
    stderr.write(`${words}\n`);
    return status;
  }
  if ('error' in outcome) {
    const what = outcome.opened ? word : `can't open '${word}'`;
    stderr.write(`mmap: ${what}: ${errorWords(outcome.error)}\n`);
    return 1;
  }
  writeByteString(stdout, raw ? outcome.text : hexDump(outcome.text));
  return 0;
}

/** mmap: mmap(2) of a device of the emulated machine. */
export const mmap: Applet = { name: 'mmap', run };
