import {
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { checksum } from './checksum.ts';
import { unpackFacts } from './facts-pack.ts';
import { hostName } from './find-modules.ts';
import type { ModuleFacts } from './module-facts.ts';

/** Changes with every change of the layout or of what is extracted. */
const MAGIC = 0x6b6d6404;
/** Magic, two words of checksum, bytes of text, rows, all as 32-bit words, and one to fill up. */
const HEADER_SIZE = 24;
/** A file changed this shortly before it is read could change again within one tick of the clock: it is not trusted. */
const SETTLED_MS = 2000;

/**
 * Which bytes a path stands for, as far as the system tells: device, inode, size, both times in ms (to a quarter of a
 * microsecond; the clock that the kernel stamps files with ticks in ms, and nobody can set the second). All 0: unknown.
 */
export const KEY_LENGTH = 5;

/** Writes a file's key to `keys[at…]`; one that is not there or has just changed has none. */
export function putSettledKey(keys: Float64Array, at: number, path: string, now: number): void {
  const stat = statSync(hostName(path), { throwIfNoEntry: false });
  if (stat !== undefined && stat.mtimeMs < now - SETTLED_MS && stat.ctimeMs < now - SETTLED_MS) putKey(keys, at, stat);
}

function putKey(keys: Float64Array, at: number, { dev, ino, size, mtimeMs, ctimeMs }: Stats): void {
  keys[at] = dev;
  keys[at + 1] = ino;
  keys[at + 2] = size;
  keys[at + 3] = mtimeMs;
  keys[at + 4] = ctimeMs;
}

/** The keys of files that nobody else is expected to change, as text; `` when one is not there. */
export function presentKeys(paths: readonly string[]): string {
  const keys = new Float64Array(paths.length * KEY_LENGTH);
  for (let i = 0; i < paths.length; i++) {
    const stat = statSync(hostName(paths[i]!), { throwIfNoEntry: false });
    if (stat === undefined) return '';
    putKey(keys, i * KEY_LENGTH, stat);
  }
  return keys.join(' ');
}

/** What is kept between two runs on one tree. */
export interface TreeCache {
  /** Everything but the modules' contents that the outputs depend on. */
  readonly inputs: string;
  /** The outputs' keys after a run that had nothing to say; `` otherwise. */
  readonly outputs: string;
  /** Names the run that made the outputs. */
  readonly stamp: string;
  readonly paths: readonly string[];
  /** KEY_LENGTH numbers a path. */
  readonly keys: Float64Array;
  /** Adds the facts, a row a path in their order, to `facts`; the first row. */
  load(facts: ModuleFacts): number;
}

/** Reads a cache; undefined: there is none, or it is damaged in any way. */
export function readCache(path: string): TreeCache | undefined {
  try {
    const bytes = readFileSync(hostName(path));
    const whole = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
    const [magic, one, other, textLength, rows] = new Int32Array(
      whole.buffer,
      whole.byteOffset,
      5,
    ) as unknown as number[];
    const [foundOne, foundOther] = checksum(whole.subarray(HEADER_SIZE));
    if (magic !== MAGIC || one !== foundOne || other !== foundOther) return undefined;
    const keys = new Float64Array(whole.buffer, whole.byteOffset + HEADER_SIZE, rows! * KEY_LENGTH);
    const textAt = HEADER_SIZE + keys.byteLength;
    const [inputs, outputs, stamp, ...paths] = bytes.toString('latin1', textAt, textAt + textLength!).split('\0\0');
    const factsAt = align4(textAt + textLength!);
    return {
      inputs: inputs!,
      outputs: outputs!,
      stamp: stamp!,
      paths,
      keys,
      load: (facts) => unpackFacts(whole.subarray(factsAt), facts),
    };
  } catch {
    return undefined;
  }
}

/**
 * Writes a cache beside and renames it; `packed`: the facts, a row a path. A cache that cannot be written is none: nothing
 * is raised.
 */
export function writeCache(
  path: string,
  { inputs, outputs, stamp, paths, keys }: Omit<TreeCache, 'load'>,
  packed: Uint8Array,
): void {
  const text = Buffer.from([inputs, outputs, stamp, ...paths].join('\0\0'), 'latin1');
  const textAt = HEADER_SIZE + keys.byteLength;
  const factsAt = align4(textAt + text.length);
  const whole = new Uint8Array(factsAt + packed.length);
  whole.set(new Uint8Array(keys.buffer, keys.byteOffset, keys.byteLength), HEADER_SIZE);
  whole.set(text, textAt);
  whole.set(packed, factsAt);
  const [one, other] = checksum(whole.subarray(HEADER_SIZE));
  new Int32Array(whole.buffer, 0, 5).set([MAGIC, one, other, text.length, paths.length]);
  replace(path, [whole]);
}

const align4 = (at: number): number => (at + 3) & ~3;

/** A link in the place of one of the directories of `run/kobox/depmod`, which may lead out of the root. */
function leadsElsewhere(directory: string): boolean {
  const places = [directory, dirname(directory), dirname(dirname(directory))];
  return places.some((place) => lstatSync(hostName(place), { throwIfNoEntry: false })?.isSymbolicLink());
}

/** Writes these pieces beside and renames; nothing is raised, nothing left. */
export function replace(path: string, pieces: readonly Uint8Array[]): void {
  const temporary = `${path}.${process.pid}`;
  try {
    if (leadsElsewhere(dirname(path))) return;
    mkdirSync(hostName(dirname(path)), { recursive: true });
    writePieces(temporary, pieces);
    renameSync(hostName(temporary), hostName(path));
  } catch {
    try {
      unlinkSync(hostName(temporary));
    } catch {}
  }
}

function writePieces(path: string, pieces: readonly Uint8Array[]): void {
  const descriptor = openSync(hostName(path), 'w', 0o600);
  try {
    for (const piece of pieces) {
      for (let at = 0; at < piece.length; ) at += writeSync(descriptor, piece, at);
    }
  } finally {
    closeSync(descriptor);
  }
}
