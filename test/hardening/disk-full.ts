import { countChanges, difference, PRELOAD } from './changes.ts';
import { Machine, type Result } from './machine.ts';
import { label, prepare, removeSources, VICTIMS, type Victim } from './victims.ts';

/** What is said at most: warnings and notes of depmod and modprobe before the one error. */
const LAST_LINE = /(?:^|\n)\w+: .*(?:No space left on device|Read-only file system)[^\n]*\n$/;

/** What is wrong with how a command ended on a disk that had no room from some change on; undefined: nothing. */
function complaint(result: Result, found: string, states: { old: string; fresh: string }, left: string[]) {
  const isOld = found === states.old;
  if (!isOld && found !== states.fresh)
    return `neither the old state nor the new one: ${difference(found, states.old, states.fresh)}`;
  if (typeof result.status !== 'number' || /defect|\n +at /.test(result.output))
    return `${result.status} ${result.output}`;
  if (result.status !== 0 && !LAST_LINE.test(result.output)) return `no clear error: ${result.status} ${result.output}`;
  if (result.status === 0 && isOld && states.old !== states.fresh) return 'success is said, and nothing has changed';
  return left.length > 0 ? `left behind: ${left.join(' ')}` : undefined;
}

function tryVictim(victim: Victim, code: string, most: number): { points: number; wrong: string[] } {
  const template = prepare(victim);
  const count = countChanges(victim, template);
  const [before, after] = [new Machine(template), new Machine(template)];
  after.run(victim.command);
  const states = { old: before.look(), fresh: after.look() };
  const wrong: string[] = [];
  let points = 0;
  for (let at = 1; at <= count; at += Math.max(1, count / most), points++) {
    const machine = new Machine(template);
    const env = { NODE_OPTIONS: `--require=${PRELOAD}`, KILL_AT: String(Math.floor(at)), FAIL_WITH: code };
    const result = machine.run(victim.command, env);
    const found = machine.look();
    const bad = complaint(result, found, states, machine.unfinished());
    if (bad !== undefined) wrong.push(`${label(victim)}, ${code} from change ${Math.floor(at)} on: ${bad}`);
    machine.remove();
  }
  for (const machine of [template, before, after]) machine.remove();
  return { points, wrong };
}

/** `disk-full.ts [MOST]`: the disk is full, or turns read-only, from up to MOST changes of each command on. */
function main(most: number): number {
  const tried = VICTIMS.flatMap((victim) => ['ENOSPC', 'EROFS'].map((code) => tryVictim(victim, code, most)));
  const wrong = tried.flatMap((row) => row.wrong);
  for (const line of wrong) console.log(line);
  const points = tried.reduce((sum, row) => sum + row.points, 0);
  console.log(
    `no room from ${points} changes on: ${points - wrong.length} told in one line with a whole state, ${wrong.length} not`,
  );
  removeSources();
  return wrong.length === 0 ? 0 : 1;
}

process.exitCode = main(Number(process.argv[2] ?? 1000));
