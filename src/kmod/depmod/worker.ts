import { parentPort, workerData } from 'node:worker_threads';
import { packFacts } from './facts-pack.ts';
import type { ModuleFacts } from './module-facts.ts';
import { readChunks, type Work } from './read-chunks.ts';
import { SymbolPool } from './symbol-pool.ts';

/** A thread that reads modules: takes chunks of the common list until none is left, and hands back what it found. */
const work = workerData as Work;
const pool = new SymbolPool();
const read: { index: number; facts: ModuleFacts | string }[] = [];

readChunks(work, pool, (index, facts) => read.push({ index, facts })).then(() => {
  const packed = packFacts(
    pool,
    read.map(({ facts }) => (typeof facts === 'string' ? undefined : facts)),
  );
  const errors = read.flatMap(({ index, facts }) => (typeof facts === 'string' ? [[index, facts] as const] : []));
  const indexes = Int32Array.from(read, ({ index }) => index);
  parentPort!.postMessage({ packed, indexes, errors }, [packed.buffer as ArrayBuffer]);
});
