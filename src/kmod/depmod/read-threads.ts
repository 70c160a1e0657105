import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { unpackFacts } from './facts-pack.ts';
import type { ModuleFacts } from './module-facts.ts';
import { readChunks, type Work } from './read-chunks.ts';
import type { SymbolPool } from './symbol-pool.ts';

/** A thread costs some 40 ms: it must have this much to do. */
const PLAIN_WORTH = 1000;
const COMPRESSED_WORTH = 24;
const THREADS_LIMIT = 8;

/** What worker.ts hands back. */
interface Report {
  readonly packed: Uint8Array;
  readonly indexes: Int32Array;
  readonly errors: readonly (readonly [number, string])[];
}

/** The bundled worker, beside the program's own directory; undefined where the program runs from source. */
function workerFile(): string | undefined {
  const file = typeof __dirname === 'string' ? `${__dirname}.depmod-worker.cjs` : '';
  return existsSync(file) ? file : undefined;
}

function threadCount(paths: readonly string[]): number {
  const compressed = paths.filter((path) => !path.endsWith('.ko')).length;
  const worth = Math.floor(paths.length / PLAIN_WORTH + compressed / COMPRESSED_WORTH);
  return Math.min(worth, availableParallelism() - 1, THREADS_LIMIT);
}

/**
 * The facts of these modules, or why a module has none, in order; symbols are numbered in `pool`. Where it pays, and
 * more than one processor is there, other threads help; a thread that fails is as if it had not been there.
 */
export async function readModules(
  paths: readonly string[],
  pool: SymbolPool,
  progress: (done: number) => void,
): Promise<(ModuleFacts | string)[]> {
  const all: (ModuleFacts | string)[] = new Array(paths.length);
  const work: Work = { paths, next: new Int32Array(new SharedArrayBuffer(4)) };
  const file = workerFile();
  const count = file === undefined ? 0 : threadCount(paths);
  const reports = Array.from({ length: count }, () => runWorker(file!, work));
  let done = 0;
  await readChunks(work, pool, (index, facts) => {
    all[index] = facts;
    progress(++done);
  });
  for (const report of await Promise.all(reports)) if (report !== undefined) takeReport(report, all, pool);
  await readRest(paths, all, pool);
  return all;
}

function runWorker(file: string, workerData: Work): Promise<Report | undefined> {
  return new Promise((resolve) => {
    const worker = new Worker(file, { workerData });
    worker.once('message', (report: Report) => {
      resolve(report);
      worker.unref();
    });
    worker.once('error', () => resolve(undefined));
    worker.once('exit', () => resolve(undefined));
  });
}

function takeReport({ packed, indexes, errors }: Report, all: (ModuleFacts | string)[], pool: SymbolPool): void {
  const facts = unpackFacts(packed, pool);
  for (let i = 0; i < indexes.length; i++) all[indexes[i]!] = facts[i]!;
  for (const [index, why] of errors) all[index] = why;
}

/** What a thread took and did not bring back. */
async function readRest(paths: readonly string[], all: (ModuleFacts | string)[], pool: SymbolPool): Promise<void> {
  const missing = paths.flatMap((_, i) => (all[i] === undefined ? [i] : []));
  const work: Work = { paths: missing.map((i) => paths[i]!), next: new Int32Array(1) };
  await readChunks(work, pool, (i, facts) => {
    all[missing[i]!] = facts;
  });
}
