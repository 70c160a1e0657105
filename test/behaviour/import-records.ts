/**
 * Makes test/behaviour/records and test/behaviour/modules of recordings of the real kernel:
 *
 *     npm run records -- DIRECTORY
 *
 * DIRECTORY holds one folder a boot with its module files and `record.json`.
 */
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModuleState, RecordedStep, Recording } from './record.ts';
import { settle, settleModule, settleTrace } from './settle.ts';

interface Shown {
  readonly mode: string;
  readonly v: string | null;
}

interface RawStep {
  readonly step: string;
  readonly arg: string;
  readonly res?: { exit: number | null; signal?: number; timeout?: boolean; out: string; err: string };
  readonly proc_modules?: string[];
  readonly sysmod?: Record<string, Shown>;
  readonly parameters?: Record<string, Shown>;
  readonly sections?: Record<string, Shown>;
  readonly notes?: string[];
  readonly holders?: string[];
  readonly kallsyms?: string[];
  readonly dmesg: { l: number; f: string; m: string; noise?: boolean }[];
  readonly added?: string[];
  readonly removed?: string[];
}

interface RawRecord {
  readonly name: string;
  readonly boot: { readonly cmdline: string };
  readonly console_tail?: string;
  readonly crash_partial?: string;
  readonly steps: readonly RawStep[];
}

const OUT = 'test/behaviour';
const SIGNALS: Readonly<Record<number, RecordedStep['exit']>> = { 9: 'SIGKILL', 11: 'SIGSEGV' };
/** A look at a module without a command; help texts, which kobox words itself; programs of the recording's machine. */
const LEFT_OUT = /^(state .*|sh .*(-h\b|modprobe -f|uname|entropy_avail|; insmod; ).*)$/;

function importAll(directory: string): void {
  for (const name of readdirSync(directory).sort()) {
    const folder = join(directory, name);
    if (!existsSync(join(folder, 'record.json'))) continue;
    const raw = JSON.parse(readFileSync(join(folder, 'record.json'), 'utf8')) as RawRecord;
    writeFileSync(join(OUT, 'records', `${name}.json`), `${JSON.stringify(recording(name, raw), null, 1)}\n`);
    for (const file of readdirSync(folder).filter((each) => each !== 'record.json')) keep(folder, file);
  }
}

/** Modules have the same name in several boots when they are the same. */
function keep(folder: string, file: string): void {
  const target = join(OUT, 'modules', file);
  if (!existsSync(target)) copyFileSync(join(folder, file), target);
  else if (!readFileSync(target).equals(readFileSync(join(folder, file)))) throw new Error(`${file} differs`);
}

function recording(name: string, raw: RawRecord): Recording {
  const steps = raw.console_tail === undefined ? raw.steps : [...raw.steps, consoleStep(raw, raw.console_tail)];
  const wanted = steps.filter(({ step, arg }) => !LEFT_OUT.test(`${step} ${arg}`));
  return { name, commandLine: raw.boot.cmdline.trim(), steps: wanted.map(recordedStep) };
}

/** The boot ended in a panic: what it did last stands on the console alone, where no levels are seen. */
function consoleStep({ crash_partial: partial = '' }: RawRecord, tail: string): RawStep {
  const [, step = '', arg = ''] = /"step":"(\w+)","arg":"([^"]*)"/.exec(partial) ?? [];
  const lines = tail.split(/\r?\n/).flatMap((line) => /^\[ *[\d.]+\] (.*)$/.exec(line)?.[1] ?? []);
  const from = lines.findIndex((line) => /loading out-of-tree/.test(line));
  const dmesg = lines.slice(from).map((m) => ({ l: -1, f: '-', m }));
  return { step, arg, res: { exit: null, signal: 9, out: '', err: '' }, dmesg, added: [], removed: [] };
}

function recordedStep(raw: RawStep): RecordedStep {
  const { step, arg, res } = raw;
  const run = (step === 'sh' ? arg : `/sbin/${step} ${arg}`).replace(/\/m(\/|\b)/g, (_, slash) => (slash ? '' : '.'));
  const [stdout, stderr] = [res?.out ?? '', res?.err ?? ''].map((text) =>
    settle(text.replaceAll('/m/', '').replaceAll('/m:', '.:')),
  );
  const exit = res?.timeout ? 'waits' : (res?.exit ?? SIGNALS[res?.signal ?? 0] ?? 0);
  const told = raw.dmesg
    .filter(({ noise }) => !noise)
    .map(logLine)
    .filter(isOurs);
  const log = step === 'sh' && arg.includes('insmod') ? onceEach(told) : told;
  const shown = { modules: raw.proc_modules?.map(settle), module: moduleState(raw) };
  const changes = (list?: string[]) => list?.filter((line) => !line.startsWith('kthread:'));
  return {
    run,
    exit,
    stdout: stdout!,
    stderr: stderr!,
    log: settleTrace(log),
    ...shown,
    added: changes(raw.added),
    removed: changes(raw.removed),
  };
}

/** `/bin/busybox` is a file of the recording's own machine, which `filp_open` found there. */
function isOurs(line: string): boolean {
  return !/ pd\[busybox\]/.test(line);
}

/** busybox's insmod calls the kernel a second time when the first call fails: what is said twice counts once. */
function onceEach(log: readonly string[]): string[] {
  const half = log.length / 2;
  if (log.slice(0, half).join('\n') === log.slice(half).join('\n')) return log.slice(0, half);
  return log.filter((line, index) => line !== log[index - 1]);
}

function logLine({ l, m }: RawStep['dmesg'][number]): string {
  const text = m.replace(/\\x([0-9a-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
  return `<${l < 0 ? '?' : l}>${text}`;
}

function moduleState(raw: RawStep): ModuleState | undefined {
  if (!raw.sysmod) return undefined;
  const files: Record<string, string> = {};
  for (const [name, { mode, v }] of Object.entries(raw.sysmod)) files[name] = `${mode} ${v ?? ''}`;
  for (const [name, { mode, v }] of Object.entries(raw.parameters ?? {}))
    files[`parameters/${name}`] = `${mode} ${v ?? ''}`;
  const sections = Object.fromEntries(Object.entries(raw.sections ?? {}).map(([name, { v }]) => [name, v ?? '']));
  const { notes = [], holders = [], kallsyms } = raw;
  return settleModule({ files, sections, notes, holders, kallsyms });
}

importAll(process.argv[2] ?? '.');
