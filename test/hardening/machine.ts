import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const SAMPLES = resolve('samples');
const KOBOX = resolve('bin/kobox');

/** A state root that is thrown away, and commands on it. */
export class Machine {
  readonly root: string;

  constructor(template?: Machine) {
    this.root = mkdtempSync(join(tmpdir(), 'kobox-machine-'));
    if (template)
      cpSync(template.root, this.root, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  }

  /** Runs one command; its exit status, or the signal that ended it. */
  run(words: readonly string[], env: Record<string, string> = {}): { status: number | string; output: string } {
    const { status, signal, stdout, stderr } = spawnSync(KOBOX, words, {
      env: this.#environment(env),
      encoding: 'latin1',
    });
    return { status: status ?? signal ?? -1, output: stdout + stderr };
  }

  /** What people see of the machine, all files of proc/ and sys/ included. */
  look(): string {
    const commands = [['lsmod'], ['dmesg', '-r', '-t']].map((words) => this.run(words));
    const listing = ['proc', 'sys', 'lib'].flatMap((name) => listFiles(join(this.root, name)));
    return JSON.stringify([commands, listing], (_key, value) =>
      typeof value === 'string' ? value.replaceAll(this.root, '') : value,
    );
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  #environment(env: Record<string, string>): NodeJS.ProcessEnv {
    return { ...process.env, KOBOX_ROOT: this.root, KOBOX_INIT: 'skip', NO_COLOR: '1', ...env };
  }
}

function listFiles(directory: string): string[] {
  if (!statSync(directory, { throwIfNoEntry: false })) return [];
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => `${path}=${readFileSync(path, 'latin1')}`);
}
