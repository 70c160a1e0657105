import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listedFiles } from '../../src/kernel-api/vfs/listing.ts';
import { lookAtMachine, readMachine } from '../../src/state/machine.ts';
import { type KoboxResult, runKobox } from '../support/run-kobox.ts';
import { runGuestLine, type ShellPlace } from './guest-shell.ts';
import type { ModuleState, RecordedStep, Recording } from './record.ts';
import { settle, settleModule, settleTrace } from './settle.ts';

const KILLED: Readonly<Record<number, RecordedStep['exit']>> = { 137: 'SIGKILL', 139: 'SIGSEGV' };

/** Plays a recording's commands on a fresh machine, among the module files: what kobox gives, in the recording's form. */
export async function play({ name, commandLine, steps }: Recording, modules: string): Promise<Recording> {
  const root = mkdtempSync(join(tmpdir(), 'kobox-behaviour-'));
  const place: ShellPlace = {
    root,
    cwd: modules,
    kobox: (words, stdin = '') =>
      runKobox(words, { root, cwd: modules, init: 'run', stdin: new Uint8Array(Buffer.from(stdin, 'latin1')) }),
  };
  try {
    await place.kobox(['boot', ...commandLine.split(' ')]);
    const played: RecordedStep[] = [];
    for (const step of steps) played.push(await playStep(step, place));
    return { name, commandLine, steps: played };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function playStep(step: RecordedStep, place: ShellPlace): Promise<RecordedStep> {
  const { run } = step;
  const before = changeable(place.root);
  const seen = readLog(place.root).length;
  const running = runGuestLine(run, place);
  const { stdout, stderr, exit } = await (step.exit === 'waits' ? orWaits(running) : running);
  const panics = step.log[0]?.startsWith('<?>') ?? false;
  const after = panics ? before : changeable(place.root);
  return {
    run,
    exit: typeof exit === 'number' ? (KILLED[exit] ?? exit) : exit,
    stdout: settle(stdout),
    stderr: settle(stderr),
    log: settleTrace(readLog(place.root).slice(seen)).map((line) => (panics ? line.replace(/^<.>/, '<?>') : line)),
    ...(step.modules && { modules: procModules(place.root).map(settle) }),
    ...(step.module && { module: moduleState(place.root, moduleName(run), step.module) }),
    ...(step.added && { added: after.filter((line) => !before.includes(line)) }),
    ...(step.removed && { removed: before.filter((line) => !after.includes(line)) }),
  };
}

const PATIENCE = 300;

/** What a command that does not come back shows. It goes on waiting until its machine is gone. */
function orWaits(running: Promise<KoboxResult>): Promise<Pick<RecordedStep, 'stdout' | 'stderr' | 'exit'>> {
  running.catch(() => undefined);
  const waits = { stdout: '', stderr: '', exit: 'waits' } as const;
  return Promise.race([running, new Promise<typeof waits>((resolve) => setTimeout(() => resolve(waits), PATIENCE))]);
}

function readLog(root: string): string[] {
  const { log } = readMachine({ root });
  return log.filter(({ open }) => !open).map(({ level, text }) => `<${level}>${text}`);
}

function procModules(root: string): string[] {
  return readFileSync(join(root, 'proc/modules'), 'latin1').split('\n').slice(0, -1);
}

function moduleName(run: string): string {
  return /(\w+)(?:\.ko)?(?: |$)/.exec(run.replace(/^\S+ (-\w+ )*/, ''))?.[1] ?? '';
}

/** sys/module/NAME as the recording looks at it. */
function moduleState(root: string, name: string, recorded: ModuleState): ModuleState | undefined {
  const base = join(root, 'sys/module', name);
  if (!existsSync(base)) return undefined;
  const files: Record<string, string> = {};
  for (const path of plainFiles(base)) files[path] = fileText(join(base, path));
  const sections = Object.fromEntries(
    names(join(base, 'sections')).map((each) => [each, text(base, 'sections', each)]),
  );
  const symbols = readFileSync(join(root, 'proc/kallsyms'), 'latin1').split('\n');
  const own = symbols.filter((line) => line.endsWith(`[${name}]`)).map((line) => line.split('\t')[0]!);
  return settleModule({
    files,
    sections,
    notes: names(join(base, 'notes')),
    holders: names(join(base, 'holders')),
    kallsyms: recorded.kallsyms && own,
  });
}

function plainFiles(base: string): string[] {
  const parameters = names(join(base, 'parameters')).map((name) => `parameters/${name}`);
  return [...names(base).filter((name) => lstatSync(join(base, name)).isFile()), ...parameters];
}

function fileText(path: string): string {
  const mode = lstatSync(path).mode & 0o7777;
  const shown = mode & 0o444 ? readFileSync(path, 'latin1') : '';
  return `0${mode.toString(8).padStart(3, '0')} ${shown}`;
}

function text(...parts: readonly string[]): string {
  return readFileSync(join(...parts), 'latin1');
}

function names(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory).sort() : [];
}

/** What may come and go: one line a file of /dev, directory of a module, line of /proc/devices, and the taint. */
function changeable(root: string): string[] {
  const drawn = existsSync(join(root, 'proc/devices'));
  const loaded = names(join(root, 'sys/module')).filter((name) =>
    existsSync(join(root, 'sys/module', name, 'coresize')),
  );
  const made = lookAtMachine({ root }, listedFiles).map(({ path, kind, mode, device }) => {
    const letter = kind === 'directory' ? 'd' : kind === 'link' ? 'l' : kind === 'file' ? 'f' : kind;
    return `/${path} ${letter} ${device ? `${device.join(':')} ` : ''}0${mode.toString(8)}`;
  });
  return [
    ...made.filter((line) => line.startsWith('/dev')),
    ...(drawn ? deviceLines(root) : []),
    `/proc/sys/kernel/tainted: ${drawn ? text(root, 'proc/sys/kernel/tainted').trim() : 0}`,
    ...loaded.map((name) => `/sys/module/${name} d 0755`),
    ...made.filter((line) => !line.startsWith('/dev')),
  ];
}

function deviceLines(root: string): string[] {
  const lines = text(root, 'proc/devices').split('\n');
  return lines.filter((line) => /^ *\d/.test(line)).map((line) => `/proc/devices: ${line.trim()}`);
}
