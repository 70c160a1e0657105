import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const SAMPLES = resolve('samples');
const LOOKS = [['modprobe', '-n', '-q', 'nothing'], ['lsmod'], ['dmesg', '-r', '-t'], ['kernel', 'list']];
/** Files that a killed command was writing: its next run removes them. */
const UNFINISHED = /\/(?:tmpfile\d+-\d+|[^/]+\.new)$/;
const KOBOX = resolve('bin/kobox');

/** How a command ended: its exit status or the signal that ended it, and all it wrote. */
export interface Result {
  readonly status: number | string;
  readonly output: string;
}

/** A state root that is thrown away, and commands on it. */
export class Machine {
  readonly root: string;

  constructor(template?: Machine) {
    this.root = mkdtempSync(join(tmpdir(), 'kobox-machine-'));
    if (template)
      cpSync(template.root, this.root, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  }

  /** Runs one command; its exit status, or the signal that ended it. */
  run(words: readonly string[], env: Record<string, string> = {}): Result {
    const { status, signal, stdout, stderr } = spawnSync(KOBOX, words, {
      env: this.#environment(env),
      encoding: 'latin1',
      maxBuffer: 2 ** 28,
    });
    return { status: status ?? signal ?? -1, output: stdout + stderr };
  }

  /** The same beside others. */
  start(words: readonly string[], env: Record<string, string> = {}): Promise<Result> {
    const child = spawn(KOBOX, words, { env: this.#environment(env), stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('latin1').on('data', (text: string) => {
        output += text;
      });
    return new Promise((done) => {
      child.on('close', (status, signal) => done({ status: status ?? signal ?? -1, output }));
    });
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
