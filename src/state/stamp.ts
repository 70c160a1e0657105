import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newestGeneration } from './generations.ts';
import { stateDirectory } from './root-paths.ts';

/** What proc/ and sys/ show: which state, and until when files there were looked at for what people wrote into them. */
export interface Stamp {
  readonly generation: number;
  /** Milliseconds, by the clock of the file system. */
  readonly scanned: number;
}

const NOTHING_DRAWN: Stamp = { generation: 0, scanned: 0 };

/** Reads the stamp of a root. */
export function readStamp(root: string): Stamp {
  try {
    return JSON.parse(readFileSync(stampPath(root), 'utf8')) as Stamp;
  } catch {
    return NOTHING_DRAWN;
  }
}

/** Says that proc/ and sys/ show a state now. */
export function writeStamp(root: string, stamp: Stamp): void {
  const beside = `${stampPath(root)}-${process.pid}.tmp`;
  writeFileSync(beside, JSON.stringify(stamp));
  renameSync(beside, stampPath(root));
}

/** Whether proc/ and sys/ show the newest state: no command was killed between keeping and drawing it. */
export function isDrawn(root: string): boolean {
  return readStamp(root).generation === newestGeneration(stateDirectory(root));
}

function stampPath(root: string): string {
  return join(stateDirectory(root), 'drawn');
}
