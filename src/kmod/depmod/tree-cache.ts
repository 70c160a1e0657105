import { createHash } from 'node:crypto';
import { type BigIntStats, mkdirSync, readFileSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { packFacts, unpackFacts } from './facts-pack.ts';
import { hostName } from './find-modules.ts';
import type { ModuleFacts } from './module-facts.ts';
import type { SymbolPool } from './symbol-pool.ts';

/** Changes with every change of the layout or of what is extracted. */
const MAGIC = 'kobox depmod 1\n';
const HASH_LENGTH = 20;
/** A file changed this shortly before it is read could change again within one tick of the clock: it is not trusted. */
const SETTLED_NS = 2_000_000_000n;

/** Which bytes a path stands for, as far as the system tells; `` when that cannot be relied on. */
export type FileKey = string;

/** The key of a file as it stands; `` when it is not there, or changed less than two seconds before `now`. */
export function settledKey(path: string, now: bigint): FileKey {
  const stat = statSync(hostName(path), { bigint: true, throwIfNoEntry: false });
  if (stat === undefined || stat.mtimeNs > now - SETTLED_NS || stat.ctimeNs > now - SETTLED_NS) return '';
  return keyOf(stat);
}

/** The key of a file that nobody else is expected to change; `` when it is not there. */
export function presentKey(path: string): FileKey {
  const stat = statSync(hostName(path), { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? '' : keyOf(stat);
}

function keyOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): FileKey {
  return `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`;
}

/** What is kept between two runs on one tree. */
export interface TreeCache {
  /** Names the inputs and outputs of the last run that said nothing; ``: there was none. */
  readonly state: string;
  /** By path: the key that the file had, and its row of `facts`. */
  readonly rows: ReadonlyMap<string, { readonly key: FileKey; readonly index: number }>;
  /** Unpacks the facts, numbering symbols in `pool`. */
  facts(pool: SymbolPool): ModuleFacts[];
}

/** Reads a cache; undefined: there is none, or it is damaged in any way. */
export function readCache(path: string): TreeCache | undefined {
  try {
    const bytes = readFileSync(hostName(path));
    const body = bytes.subarray(MAGIC.length + HASH_LENGTH);
    if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined;
    if (!hashOf(body).equals(bytes.subarray(MAGIC.length, MAGIC.length + HASH_LENGTH))) return undefined;
    const indexLength = body.readUInt32LE(0);
    const [state, ...fields] = body.toString('latin1', 4, 4 + indexLength).split('\0') as [string, ...string[]];
    const rows = new Map<string, { key: FileKey; index: number }>();
    for (let i = 0; i + 1 < fields.length; i += 2) rows.set(fields[i]!, { key: fields[i + 1]!, index: i / 2 });
    return { state, rows, facts: (pool) => unpackFacts(new Uint8Array(body.subarray(4 + indexLength)), pool) };
  } catch {
    return undefined;
  }
}

/** A module's path and key, and its facts. */
export interface CacheEntry {
  readonly path: string;
  readonly key: FileKey;
  readonly facts: ModuleFacts;
}

/** Writes a cache beside and renames it. A cache that cannot be written is none: nothing is raised. */
export function writeCache(path: string, state: string, entries: readonly CacheEntry[], pool: SymbolPool): void {
  const kept = entries.filter(({ key }) => key !== '');
  const index = Buffer.from([state, ...kept.flatMap((entry) => [entry.path, entry.key])].join('\0'), 'latin1');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(index.length);
  const body = Buffer.concat([
    length,
    index,
    packFacts(
      pool,
      kept.map(({ facts }) => facts),
    ),
  ]);
  replace(path, Buffer.concat([Buffer.from(MAGIC, 'latin1'), hashOf(body), body]));
}

function replace(path: string, bytes: Uint8Array): void {
  const temporary = `${path}.${process.pid}`;
  try {
    mkdirSync(hostName(dirname(path)), { recursive: true });
    writeFileSync(hostName(temporary), bytes, { mode: 0o600 });
    renameSync(hostName(temporary), hostName(path));
  } catch {
    try {
      unlinkSync(hostName(temporary));
    } catch {}
  }
}

function hashOf(bytes: Uint8Array): Buffer {
  return createHash('sha1').update(bytes).digest();
}

/** One short text for many keys. */
export function digest(parts: readonly string[]): string {
  return createHash('sha1').update(parts.join('\0'), 'latin1').digest('hex');
}
