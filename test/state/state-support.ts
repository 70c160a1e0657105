import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { initModule } from '../../src/kernel/syscalls.ts';
import { changeMachine } from '../../src/state/machine.ts';

const SAMPLES = join(import.meta.dirname, '..', '..', 'samples');

/** A new state root below the host's temporary directory. */
export function newRoot(): string {
  return mkdtempSync(join(tmpdir(), 'kobox-state-'));
}

/** Takes a test's root away. */
export function removeRoot(root: string): void {
  rmSync(root, { recursive: true, force: true });
}

/** Loads a sample on a root: the error number. */
export function insmod(root: string, name: string, args = ''): Promise<number> {
  const image = new Uint8Array(readFileSync(join(SAMPLES, `${name}.ko`)));
  return changeMachine({ root, init: 'skip' }, (kernel) => initModule(kernel, image, args, { uid: 0 }));
}

/** A file of the root as text. */
export function text(root: string, path: string): string {
  return readFileSync(join(root, path), 'latin1');
}

/** What stands in the state's own directory, image files included. */
export function stateNames(root: string): string[] {
  return readdirSync(join(root, 'run/kobox'), { recursive: true, encoding: 'utf8' }).sort();
}
