/**
 * Turns recorded cases (a folder each: files and case.json) into scenarios: npm run scenarios -- CASES [ID...].
 * The answers are taken over as they were recorded; commands that only look at the guest's own userland are left out.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyRecipe } from '../support/recipe.ts';
import type { Scenario, ScenarioCommand, ScenarioFile } from '../support/scenario.ts';
import { formatScenario } from './format-scenario.ts';
import { KNOWN_EDITS } from './known-edits.ts';

interface RecordedCommand {
  readonly cmd: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
  readonly dmesg: readonly { readonly level: number; readonly text: string; readonly from?: string }[];
  readonly taint_before: number | null;
  readonly taint_after: number | null;
  readonly as_user?: number;
}

interface RecordedCase {
  readonly id: string;
  readonly shows: string;
  readonly kernel: string;
  readonly boot: { readonly append: string; readonly taint_at_start: number };
  readonly commands: readonly RecordedCommand[];
}

const HERE = join('test', 'scenarios');
const MODULES = join(HERE, 'modules');

function importCase(folder: string): void {
  const recorded = JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8')) as RecordedCase;
  const missing = recorded.commands.filter((command) => isLeftOut(command) && changesTheMachine(command));
  const commands = recorded.commands.flatMap((command) => (isLeftOut(command) ? [] : [importCommand(command)]));
  if (missing.length > 0 || commands.length === 0) {
    console.log(`${recorded.id}: left out${missing.length > 0 ? `, it needs: ${missing[0]!.cmd}` : ''}`);
    return;
  }
  const used = commands.map(({ run }) => run).join('\n');
  const files: Record<string, ScenarioFile> = {};
  for (const name of readdirSync(folder)) {
    if (used.includes(name)) files[name] = importFile(name, readFileSync(join(folder, name)));
  }
  const scenario: Scenario = {
    id: recorded.id,
    shows: recorded.shows,
    recorded: `Linux ${recorded.kernel}, kmod 30, BusyBox 1.35`,
    ...(recorded.boot.append !== '' && { boot: recorded.boot.append }),
    ...(recorded.boot.taint_at_start !== 0 && { warm: true }),
    files,
    commands,
  };
  writeFileSync(join(HERE, `${recorded.id}.json`), formatScenario(scenario));
}

function importFile(name: string, bytes: Buffer): ScenarioFile {
  const edit = KNOWN_EDITS[name.replace(/\.ko$/, '')];
  if (edit !== undefined && applyRecipe(readFileSync(join(MODULES, `${edit.base}.ko`)), edit.steps).equals(bytes))
    return edit;
  for (const base of readdirSync(MODULES).filter((each) => each.endsWith('.ko'))) {
    if (readFileSync(join(MODULES, base)).equals(bytes)) return base.replace(/\.ko$/, '');
  }
  const path = join(MODULES, name.includes('.ko.') ? name : name.replace(/(\.ko)?$/, '.ko'));
  if (existsSync(path)) throw new Error(`${path}: there is another module of this name`);
  writeFileSync(path, bytes);
  return name.replace(/\.ko$/, '');
}

/** Programs of the guest that the scenario shell has not. */
const LEFT_OUT =
  /toybox|ls -l|hexdump|\bfor \w+ in\b|grep|\/dev\/|dmesg|\bod -|sysfs|>|\||mount|BusyBox v|(?:sbin\/|busybox )(?:modinfo|modprobe|depmod)|finitfd|finitrw|finitwo|finitbad|initlen|initbad|\$\(|--help|strace|\bls /;

function isLeftOut({ cmd, stderr, stdout }: RecordedCommand): boolean {
  const isUnsaid = cmd.includes('modsys') && stdout !== '' && !/errno=|ret=0/.test(stdout);
  return LEFT_OUT.test(cmd) || stderr.includes('BusyBox v') || isUnsaid;
}

function changesTheMachine({ cmd, dmesg, exit, stdout }: RecordedCommand): boolean {
  const isDone = cmd.includes('modsys') ? stdout.includes('ret=0') : exit === 0;
  return (
    dmesg.length > 0 || (isDone && /insmod|rmmod|modprobe|modsys|>/.test(cmd) && !/--help|2>|-V|--version/.test(cmd))
  );
}

function importCommand(command: RecordedCommand): ScenarioCommand {
  const { cmd, stdout, stderr, exit, taint_before, taint_after, as_user } = command;
  const log = command.dmesg.flatMap(({ level, text, from }) =>
    text.split('\n').map((line) => `${from === 'module' ? 'module' : ''}<${level}>${line}`),
  );
  const said = {
    ...(stdout !== '' && { stdout }),
    ...(stderr !== '' && { stderr }),
    ...(exit !== 0 && { exit }),
  };
  const isRaw = cmd.startsWith('modsys');
  return {
    run: translate(cmd),
    ...(as_user !== undefined && as_user !== 0 && { uid: as_user }),
    ...(isRaw ? { errno: Number(/errno=(\d+)/.exec(stdout)?.[1] ?? 0) } : cmd.includes('modsys') ? {} : said),
    ...(log.length > 0 && { log: once(cmd, log) }),
    ...(taint_after !== taint_before && { taint: taint_after! }),
  };
}

/** busybox tries two system calls, each of which logs; kobox makes one. */
function once(cmd: string, log: readonly string[]): readonly string[] {
  const half = log.slice(0, log.length / 2);
  const isTwice =
    cmd.startsWith('busybox') && log.length % 2 === 0 && half.every((line, at) => log[half.length + at] === line);
  return isTwice ? half : log;
}

function translate(cmd: string): string {
  return cmd
    .replace(/\/sbin\/(insmod|rmmod|lsmod)/g, 'kobox --style kmod $1')
    .replace(/\bbusybox (insmod|rmmod|lsmod)/g, 'kobox --style busybox $1');
}

const [casesFolder = '', ...wanted] = process.argv.slice(2);
const ids = wanted.length > 0 ? wanted : readdirSync(casesFolder);
for (const id of ids) importCase(join(casesFolder, id));
