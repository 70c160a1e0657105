import type { ModuleFacts } from './module-facts.ts';
import { ModuleReader } from './read-module.ts';

/** Modules that several threads read together. */
export interface Work {
  readonly paths: readonly string[];
  /** One shared number: where the next chunk begins. */
  readonly next: Int32Array;
}

/** So many modules are taken at a time; compressed ones take long, and nobody is to wait for the last chunk. */
const CHUNK = 24;
const COMPRESSED_CHUNK = 4;

/** Reads chunks until none is left; hands each module's row of `facts`, or why there is none, to `found`. */
export async function readChunks(
  { paths, next }: Work,
  facts: ModuleFacts,
  found: (index: number, row: number | string) => void,
): Promise<void> {
  const reader = new ModuleReader(facts, false);
  const chunk = paths[0]?.endsWith('.ko') === false ? COMPRESSED_CHUNK : CHUNK;
  for (let at = Atomics.add(next, 0, chunk); at < paths.length; at = Atomics.add(next, 0, chunk)) {
    for (let i = at; i < Math.min(at + chunk, paths.length); i++) {
      found(i, reader.readNow(paths[i]!) ?? (await reader.read(paths[i]!)));
    }
  }
}
