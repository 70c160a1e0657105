import { parentPort, workerData } from 'node:worker_threads';
import { packFacts } from './facts-pack.ts';
import { ModuleFacts } from './module-facts.ts';
import { readChunks, type Work } from './read-chunks.ts';
import type { Report } from './read-threads.ts';

/** A thread that reads modules: takes chunks of the common list until none is left, and hands back what it found. */
const facts = new ModuleFacts();
const rows: number[] = [];
const indexes: number[] = [];
const errors: [number, string][] = [];

readChunks(workerData as Work, facts, (index, row) => {
  if (typeof row === 'string') errors.push([index, row]);
  else {
    rows.push(row);
    indexes.push(index);
  }
}).then(() => {
  const report: Report = { packed: packFacts(facts, rows), indexes: Int32Array.from(indexes), errors };
  parentPort!.postMessage(report, [report.packed.buffer]);
});
