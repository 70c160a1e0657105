import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Machine } from './machine.ts';
import type { Victim } from './victims.ts';

/** Counts the changes of the file system that a command makes, or disturbs one of them. */
export const PRELOAD = resolve('test/hardening/kill-at.cjs');

/** How many changes a command makes. */
export function countChanges(victim: Victim, template: Machine): number {
  const machine = new Machine(template);
  const directory = mkdtempSync(join(tmpdir(), 'kobox-count-'));
  const file = join(directory, 'count');
  machine.run(victim.command, { NODE_OPTIONS: `--require=${PRELOAD}`, KILL_AT: '0', KILL_COUNT: file });
  const count = Number(readFileSync(file, 'utf8'));
  rmSync(directory, { recursive: true });
  machine.remove();
  return count;
}

/** What people see of the machine after somebody has written what the victim says. */
export function lookAfterTyping({ typed }: Victim, machine: Machine): string {
  if (typed) writeFileSync(join(machine.root, typed[0]), typed[1]);
  return machine.look();
}

/** The first place where the found state leaves the nearer of the two. */
export function difference(found: string, old: string, fresh: string): string {
  const commonTo = (other: string) => [...found].findIndex((character, index) => character !== other[index]);
  const at = Math.max(commonTo(old), commonTo(fresh));
  return found.slice(Math.max(0, at - 60), at + 60);
}
