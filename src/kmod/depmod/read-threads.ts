import { existsSync } from 'node:fs';
import { unpackFacts } from './facts-pack.ts';
import { type ModuleFacts, NO_FACTS } from './module-facts.ts';
import { readChunks, type Work } from './read-chunks.ts';

/** A thread costs some 40 ms, and as much again for what it has to optimize anew: it must have this much to do. */
const PLAIN_WORTH = 6000;
const COMPRESSED_WORTH = 24;
const THREADS_LIMIT = 8;
/** What worker.ts hands back. */
export interface Report {
  readonly packed: Uint8Array<ArrayBuffer>;
  /** Which module each row of `packed` is of. */
  readonly indexes: Int32Array;
  readonly errors: readonly (readonly [number, string])[];
}

/** The bundled worker, beside the program; undefined where the program runs from source. */
function workerFile(): string | undefined {
  const file = typeof __filename === 'string' ? __filename.replace(/\.cjs$/, '.depmod-worker.cjs') : '';
  return file.endsWith('.depmod-worker.cjs') && existsSync(file) ? file : undefined;
}

function threadCount(paths: readonly string[]): number {
  const compressed = paths.filter((path) => !path.endsWith('.ko')).length;
  const worth = Math.floor(paths.length / PLAIN_WORTH + compressed / COMPRESSED_WORTH);
  return worth === 0
    ? 0
    : Math.min(worth, process.getBuiltinModule('node:os').availableParallelism() - 1, THREADS_LIMIT);
}

/**
 * The reading of these modules. Where it pays, and more than one processor is there, other threads begin at once; a
 * thread that fails is as if it had not been there.
 */
export class ModuleReading {
  readonly #work: Work;
  readonly #reports: readonly Promise<Report | undefined>[];

  constructor(paths: readonly string[]) {
    this.#work = { paths, next: new Int32Array(new SharedArrayBuffer(4)) };
    const file = workerFile();
    const count = file === undefined ? 0 : threadCount(paths);
    this.#reports = Array.from({ length: count }, () => runWorker(file!, this.#work));
  }

  /** Reads along until all are read; the row of each module in `facts`, or why it has none. */
  async finish(facts: ModuleFacts, progress: (done: number) => void): Promise<(number | string)[]> {
    const rows: (number | string)[] = new Array(this.#work.paths.length).fill(NO_FACTS);
    let done = 0;
    await readChunks(this.#work, facts, (index, row) => {
      rows[index] = row;
      progress(++done);
    });
    for (const report of await Promise.all(this.#reports)) if (report !== undefined) takeReport(report, rows, facts);
    await this.#readRest(rows, facts);
    return rows;
  }

  /** What a thread took and did not bring back. */
  async #readRest(rows: (number | string)[], facts: ModuleFacts): Promise<void> {
    const { paths } = this.#work;
    const missing = paths.flatMap((_, i) => (rows[i] === NO_FACTS ? [i] : []));
    const work: Work = { paths: missing.map((i) => paths[i]!), next: new Int32Array(1) };
    await readChunks(work, facts, (i, row) => {
      rows[missing[i]!] = row;
    });
  }
}

function runWorker(file: string, workerData: Work): Promise<Report | undefined> {
  const { Worker } = process.getBuiltinModule('node:worker_threads');
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

function takeReport({ packed, indexes, errors }: Report, rows: (number | string)[], facts: ModuleFacts): void {
  const first = unpackFacts(packed, facts);
  for (let i = 0; i < indexes.length; i++) rows[indexes[i]!] = first + i;
  for (const [index, why] of errors) rows[index] = why;
}
