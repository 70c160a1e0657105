import type { Session } from '../kernel-api/core/session.ts';
import { readFile, writeFile } from '../kernel-api/vfs/file-io.ts';
import { O } from '../kernel-api/vfs/file-object.ts';
import { closeFile, type OpenFile, openFile } from '../kernel-api/vfs/open-file.ts';
import type { AppletContext } from './applet.ts';
import { plainApplet } from './command-line/plain-applet.ts';
import { errorWords, guestPath, inKernel } from './machine/guest-files.ts';
import { writeByteString } from './output/byte-string.ts';

const USAGE = `Usage: kobox dd [if=FILE] [of=FILE] [bs=N] [count=N] [status=none|noxfer]

Copy blocks of N bytes (512): a read(2) and a write(2) each. Files are those of the emulated machine; without one,
standard input or output.

Examples:
  kobox dd if=/dev/hello bs=16 count=2
  echo hello | kobox dd of=/dev/hello
`;
const OPERAND = /^(if|of|bs|count|status)=(.*)$/s;
const BLOCK_SIZE = 512;
/** A file that never ends is read so often when no count is given. */
const MAX_READS = 4096;
const FACTORS: Readonly<Record<string, number>> = { '': 1, c: 1, w: 2, b: 512, k: 1024, K: 1024, kB: 1000, M: 1 << 20 };

/** What the operands ask for; the words of files as they were given. */
interface Wanted {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly size: number;
  readonly count: number;
  readonly status: string | undefined;
}

/** What was copied, and what went wrong: the line that says so. */
interface Copied {
  text: string;
  full: number;
  partial: number;
  bytes: number;
  error: string;
}

function toNumber(text: string | undefined, absent: number): number {
  const [, digits, unit = ''] = /^(\d+)(\w*)$/.exec(text ?? '') ?? [];
  return text === undefined ? absent : Number(digits) * (FACTORS[unit] ?? Number.NaN);
}

function parse(argv: readonly string[]): Wanted | undefined {
  const found = argv.map((word) => OPERAND.exec(word));
  if (found.includes(null)) return undefined;
  const operands = Object.fromEntries(found.map((match) => [match![1]!, match![2]!])) as Record<string, string>;
  const [size, count] = [toNumber(operands['bs'], BLOCK_SIZE), toNumber(operands['count'], MAX_READS)];
  if (!(size > 0) || Number.isNaN(count)) return undefined;
  return { from: operands['if'], to: operands['of'], size, count, status: operands['status'] };
}

/** Where a block comes from: its text, empty at the end, or a negative errno. */
type Source = (size: number) => string | number;

function fromText(text: string): Source {
  let at = 0;
  return (size) => {
    at += size;
    return text.slice(at - size, at);
  };
}

/** Copies block by block; `put` gives a negative errno, or anything else. */
function copyBlocks({ from, to, size, count }: Wanted, get: Source, put: (block: string) => number): Copied {
  const done: Copied = { text: '', full: 0, partial: 0, bytes: 0, error: '' };
  for (let round = 0; round < count && done.error === ''; round++) {
    const block = get(size);
    if (block === '') break;
    const result = typeof block === 'number' ? block : put(block);
    if (typeof block === 'number') done.error = `error reading '${from}': ${errorWords(block)}`;
    else if (result < 0) done.error = `error writing '${to}': ${errorWords(result)}`;
    else {
      done.text += to === undefined ? block : '';
      done.bytes += block.length;
      done[block.length === size ? 'full' : 'partial']++;
    }
  }
  return done;
}

const failed = (word: string, error: number): Copied => ({
  ...{ text: '', full: 0, partial: 0, bytes: -1 },
  error: `can't open '${word}': ${errorWords(error)}`,
});

function copyFiles(context: AppletContext, session: Session, wanted: Wanted): Copied {
  const opened: OpenFile[] = [];
  const open = (word: string | undefined, flags: number): OpenFile | number | undefined => {
    const file = word === undefined ? undefined : openFile(session, guestPath(context, word), flags);
    if (typeof file === 'object') opened.push(file);
    return file;
  };
  const from = open(wanted.from, O.RDONLY);
  const to = typeof from === 'number' ? undefined : open(wanted.to, O.WRONLY | O.CREAT | O.TRUNC);
  try {
    if (typeof from === 'number') return failed(wanted.from!, from);
    if (typeof to === 'number') return failed(wanted.to!, to);
    const get = from ? (size: number) => readFile(session, from, size) : fromText(stdin(context));
    return copyBlocks(wanted, get, (block) => (to ? writeFile(session, to, block) : 0));
  } finally {
    for (const file of opened) closeFile(session, file);
  }
}

const stdin = (context: AppletContext): string => Buffer.from(context.stdin()).toString('latin1');

/** `make_human_readable_str`: a size with one decimal and a letter. */
function readable(size: number): string {
  const unit = size < 1024 ? 0 : Math.min(4, Math.floor(Math.log2(size) / 10));
  return unit === 0 ? `${Math.floor(size)}` : `${(size / 1024 ** unit).toFixed(1)}${' KMGT'[unit]}`;
}

/** The lines about what was copied, as `status=` wants them. */
function report({ full, partial, bytes }: Copied, status: string | undefined, seconds: number): string {
  if (status === 'none') return '';
  const records = ['in', 'out'].map((way) => `${full}+${partial} records ${way}\n`).join('');
  const speed = readable(seconds > 0 ? bytes / seconds : 0);
  const transfer = `${bytes} bytes (${readable(bytes)}B) copied, ${seconds.toFixed(6)} seconds, ${speed}B/s\n`;
  return status === 'noxfer' ? records : records + transfer;
}

async function run(context: AppletContext): Promise<number | undefined> {
  const wanted = parse(context.argv);
  if (!wanted) return undefined;
  const start = performance.now();
  const copied = await inKernel(context, (session) => copyFiles(context, session, wanted));
  writeByteString(context.stdout, copied.text);
  if (copied.error !== '') context.stderr.write(`dd: ${copied.error}\n`);
  if (copied.bytes >= 0) context.stderr.write(report(copied, wanted.status, (performance.now() - start) / 1000));
  return copied.error === '' ? 0 : 1;
}

/** dd: coreutils/dd.c of busybox, on the emulated /dev, /proc and /sys: reads and writes of a size, so many of them. */
export const dd = plainApplet('dd', USAGE, run);
