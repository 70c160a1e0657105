import type { ModuleFacts } from './module-facts.ts';
import { ModuleReader } from './read-module.ts';
import type { SymbolPool } from './symbol-pool.ts';

/** Modules that several threads read together. */
export interface Work {
  readonly paths: readonly string[];
  /** One shared number: where the next chunk begins. */
  readonly next: Int32Array;
}

const CHUNK = 24;

/** Reads chunks until none is left; hands each module's facts, or why there are none, to `found`. */
export async function readChunks(
  { paths, next }: Work,
  pool: SymbolPool,
  found: (index: number, facts: ModuleFacts | string) => void,
): Promise<void> {
  const reader = new ModuleReader(pool, false);
  for (let at = Atomics.add(next, 0, CHUNK); at < paths.length; at = Atomics.add(next, 0, CHUNK)) {
    for (let i = at; i < Math.min(at + CHUNK, paths.length); i++) {
      found(i, reader.readPlain(paths[i]!) ?? (await reader.read(paths[i]!)));
    }
  }
}
