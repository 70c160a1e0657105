import { countChanges, difference, lookAfterTyping, PRELOAD } from './changes.ts';
import { Machine } from './machine.ts';
import { label, prepare, removeSources, VICTIMS, type Victim } from './victims.ts';

/** Commands that may be run twice. */
const REPEATABLE = new Set(['depmod', 'kernel', 'boot']);

/** What became of one victim. */
interface Tally {
  points: number;
  old: number;
  fresh: number;
  readonly broken: string[];
}

/** `kill-points.ts [MOST]`: kills each command at up to MOST of its changes of the file system, evenly spread. */
function main(most: number): number {
  const tallies = VICTIMS.map((victim) => attack(victim, most));
  const broken = tallies.flatMap((tally) => tally.broken);
  for (const line of broken) console.log(line);
  const sum = (pick: (tally: Tally) => number) => tallies.reduce((total, tally) => total + pick(tally), 0);
  console.log(
    `kill points: ${sum(({ points }) => points)}; old state found ${sum(({ old }) => old)}, new state ${sum(({ fresh }) => fresh)}, neither ${broken.length}`,
  );
  return broken.length === 0 ? 0 : 1;
}

function attack(victim: Victim, most: number): Tally {
  const template = prepare(victim);
  const count = countChanges(victim, template);
  const [before, after] = [new Machine(template), new Machine(template)];
  after.run(victim.command);
  const states = { old: lookAfterTyping(victim, before), fresh: lookAfterTyping(victim, after) };
  const tally: Tally = { points: 0, old: 0, fresh: 0, broken: [] };
  const step = Math.max(1, count / most);
  for (let at = 1; at <= count; at += step) judge(victim, template, Math.floor(at), states, tally);
  for (const machine of [template, before, after]) machine.remove();
  console.log(`${label(victim)}: ${count} changes, ${tally.points} kill points, old ${tally.old}, new ${tally.fresh}`);
  return tally;
}

function judge(
  victim: Victim,
  template: Machine,
  at: number,
  states: { old: string; fresh: string },
  tally: Tally,
): void {
  const machine = new Machine(template);
  machine.run(victim.command, { NODE_OPTIONS: `--require=${PRELOAD}`, KILL_AT: String(at) });
  const found = lookAfterTyping(victim, machine);
  tally.points++;
  if (found === states.old) tally.old++;
  else if (found === states.fresh) tally.fresh++;
  else
    tally.broken.push(
      `${label(victim)}, killed at change ${at}: neither the old state nor the new one: ${difference(found, states.old, states.fresh)}`,
    );
  again(victim, machine, at, tally);
  machine.remove();
}

/** The same command once more ends as it always does and leaves nothing that the killed one was writing. */
function again(victim: Victim, machine: Machine, at: number, tally: Tally): void {
  if (!REPEATABLE.has(victim.command[0]!)) return;
  const { status, output } = machine.run(victim.command);
  const left = machine.unfinished();
  if (status !== 0 || left.length > 0)
    tally.broken.push(`${label(victim)}, killed at change ${at}: run again: ${status} ${output}${left.join(' ')}`);
}

process.exitCode = main(Number(process.argv[2] ?? 1000));
removeSources();
