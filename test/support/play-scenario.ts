import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KoboxResult, runKobox } from './run-kobox.ts';
import { runLine, type Surroundings } from './run-line.ts';
import type { Scenario } from './scenario.ts';
import { scenarioFileBytes } from './scenario-files.ts';

/** What one command gave, in the form that is compared. */
export interface Answer {
  readonly run: string;
  readonly exit: number;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly log: readonly string[];
  readonly taint: number | undefined;
}

/** Plays a scenario on a fresh machine: the answers in the order of its commands. */
export async function playScenario(scenario: Scenario): Promise<Answer[]> {
  const place = mkdtempSync(join(tmpdir(), 'kobox-scenario-'));
  const [root, cwd] = [join(place, 'root'), join(place, 'w')];
  try {
    mkdirSync(root);
    mkdirSync(cwd);
    for (const [name, file] of Object.entries(scenario.files)) writeFileSync(join(cwd, name), scenarioFileBytes(file));
    const kobox = (words: readonly string[]) => runKobox(words, { root, cwd, init: 'run' });
    if (scenario.boot !== undefined) await kobox(['boot', ...scenario.boot.split(' ')]);
    if (scenario.warm) await warmUp(cwd, kobox);
    return await playCommands(scenario, { root, cwd, kobox });
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** The recorded answers in the same form. */
export function comparable(scenario: Scenario): Answer[] {
  let taint = scenario.warm ? WARM_TAINT : 0;
  return scenario.commands.map(({ run, stdout = '', stderr = '', exit = 0, errno, log = [], taint: after }) => {
    taint = after ?? taint;
    const common = {
      run,
      exit: errno ?? exit,
      log: withoutTraces(log.map((line) => normalise(line.replace(/^module/, '')))),
      taint,
    };
    return errno === undefined ? { ...common, stdout: normalise(stdout), stderr: normalise(stderr) } : common;
  });
}

/** `O` and `E`: what one unsigned out-of-tree module leaves. */
const WARM_TAINT = 12288;

type Kobox = (words: readonly string[]) => Promise<KoboxResult>;

async function warmUp(cwd: string, kobox: Kobox): Promise<void> {
  const path = join(cwd, '.warm.ko');
  writeFileSync(path, scenarioFileBytes('hello'));
  await kobox(['insmod', path]);
  await kobox(['rmmod', 'hello']);
  rmSync(path);
}

async function playCommands(scenario: Scenario, place: Omit<Surroundings, 'uid'>): Promise<Answer[]> {
  const { root, kobox } = place;
  const answers: Answer[] = [];
  let before = await readLog(kobox);
  for (const { run, uid, errno } of scenario.commands) {
    const { stdout, stderr, exit } = await runLine(run, { ...place, uid: uid ?? 0 });
    const after = await readLog(kobox);
    const log = withoutTraces(after.slice(before.length).map(normalise));
    before = after;
    const common = { run, exit, log, taint: readTaint(root) };
    answers.push(errno === undefined ? { ...common, stdout: normalise(stdout), stderr: normalise(stderr) } : common);
  }
  return answers;
}

async function readLog(kobox: Kobox): Promise<string[]> {
  const { stdout } = await kobox(['dmesg', '-r', '-t']);
  return stdout.split('\n').slice(0, -1);
}

function readTaint(root: string): number | undefined {
  try {
    return Number(readFileSync(join(root, 'proc/sys/kernel/tainted'), 'utf8'));
  } catch {
    return 0;
  }
}

/** Addresses and pids are a machine's own. */
function normalise(text: string): string {
  return text.replace(/\b(0x)?[0-9a-f]{12,16}\b/g, 'ADDRESS').replace(/\bPID: \d+/g, 'PID: N');
}

/** Register and stack dumps hold the machine's own code. */
function withoutTraces(lines: readonly string[]): string[] {
  let inside = false;
  return lines.filter((line) => {
    const starts = /^<\d>CPU: \d+ PID: /.test(line);
    const ends = /^<\d>(?: <\/TASK>|---\[ end trace)/.test(line);
    const shown = !inside && !starts;
    inside = (inside || starts) && !ends;
    return shown;
  });
}
