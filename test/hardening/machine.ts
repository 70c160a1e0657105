import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const SAMPLES = resolve('samples');
const LOOKS = [['modprobe', '-n', '-q', 'nothing'], ['lsmod'], ['dmesg', '-r', '-t'], ['kernel', 'list']];
/** Files that a killed command was writing: its next run removes them. */
const UNFINISHED = /\/(?:tmpfile\d+-\d+|[^/]+\.new)$/;
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

  /** What people see of the machine, all files of proc/ and sys/ included. The first command finds what a killed one left. */
  look(): string {
    const commands = LOOKS.map((words) => this.run(words));
    const listing = ['proc', 'sys', 'lib', 'boot'].flatMap((name) => listFiles(join(this.root, name)));
    return JSON.stringify([commands, listing], (_key, value) =>
      typeof value === 'string' ? value.replaceAll(this.root, '') : value,
    );
  }

  /** Files that a killed command was writing. */
  unfinished(): string[] {
    return readdirSync(this.root, { recursive: true, encoding: 'utf8' }).filter((name) => UNFINISHED.test(`/${name}`));
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
    .filter((path) => !UNFINISHED.test(path) && statSync(path).isFile())
    .map((path) => `${path}=${readFileSync(path, 'latin1')}`);
}
