import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { Machine } from './machine.ts';
import { label, prepare, removeSources, VICTIMS, type Victim } from './victims.ts';

const PRELOAD = resolve('test/hardening/record-order.cjs');
/** What need not last: the next command draws it anew from the state, or, depmod's memory, has a checksum over it. */
const REDRAWN = /^(?:proc|sys|dev)(?:\/|$)|^run\/kobox\/(?:drawn$|depmod\/|.*\.tmp$)/;

type Event = readonly [what: 'write' | 'copy' | 'sync' | 'rename' | 'symlink' | 'remove', path: string, to?: string];

/** The changes that a command makes, in their order. */
function changesOf(victim: Victim, machine: Machine): Event[] {
  const file = join(machine.root, 'order');
  machine.run(victim.command, { NODE_OPTIONS: `--require=${PRELOAD}`, ORDER_TO: file });
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Event);
}

/** The files that come into their place by these changes and are to last. */
interface Placed {
  readonly at: number;
  readonly from: string;
  readonly to: string;
}

function placedFiles(events: readonly Event[], root: string): Placed[] {
  return events.flatMap(([what, from, to], at) =>
    what === 'rename' && to !== undefined && !REDRAWN.test(relative(root, to)) ? [{ at, from, to }] : [],
  );
}

/** What would be lost when the power went at the worst moment. */
function losses(events: readonly Event[], root: string): string[] {
  const placed = placedFiles(events, root);
  const found = placed.flatMap(({ at, from, to }) => {
    const written = lastOf(events, at, from);
    const synced = events.findIndex(([what, path], i) => what === 'sync' && path === from && i > written && i < at);
    const named = events.findIndex(([what, path], i) => what === 'sync' && path === dirname(to) && i > at);
    return [
      ...(synced < 0 ? [`${relative(root, to)} is renamed before its contents are synced`] : []),
      ...(named < 0 ? [`the directory of ${relative(root, to)} is not synced after the rename`] : []),
    ];
  });
  return [...found, ...unsyncedImages(events, root)];
}

/** The last write into a file before a moment; -1: none, its contents are older than this command. */
function lastOf(events: readonly Event[], before: number, file: string): number {
  return events
    .slice(0, before)
    .findLastIndex(([what, path, to]) => (what === 'write' ? path === file : what === 'copy' && to === file));
}

/** A state refers to files of memory: those that the command wrote, and their names, last before the state has its name. */
function unsyncedImages(events: readonly Event[], root: string): string[] {
  const state = events.findIndex(([what, , to]) => what === 'rename' && /state-\d+\.json$/.test(to ?? ''));
  const images = new Set(
    events.flatMap(([what, path], at) => (what === 'write' && at < state && path.endsWith('.img') ? [path] : [])),
  );
  return [...images].flatMap((image) => {
    const written = lastOf(events, state, image);
    const isSynced = (wanted: string) =>
      events.some(([what, path], at) => what === 'sync' && path === wanted && at > written && at < state);
    return isSynced(image) && isSynced(dirname(image))
      ? []
      : [`${relative(root, image)} does not last before the state`];
  });
}

/** `power-loss.ts`: fsync of the file, rename, fsync of the directory, for each file that a command is to keep. */
function main(): number {
  let failed = 0;
  for (const victim of VICTIMS) {
    const machine = prepare(victim);
    const events = changesOf(victim, machine);
    const lost = losses(events, machine.root);
    const count = placedFiles(events, machine.root).length;
    if (lost.length > 0 || count === 0) failed++;
    console.log(
      `${lost.length === 0 && count > 0 ? 'ok    ' : 'FAILED'} ${label(victim)}: ${count} files put in place`,
    );
    for (const line of lost) console.log(`       ${line}`);
    machine.remove();
  }
  removeSources();
  return failed === 0 ? 0 : 1;
}

process.exitCode = main();
