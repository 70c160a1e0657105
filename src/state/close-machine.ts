import type { Kernel } from '../kernel/kernel.ts';
import type { Module } from '../kernel/module.ts';
import { skippingRunner } from '../kernel/skipping-runner.ts';
import { type Changes, drawAll, drawChanges } from './drawing.ts';
import { commitState, pruneStates, removeUnfinished } from './generations.ts';
import { type KernelRecord, saveKernel, usedImages } from './kernel-record.ts';
import { type OpenMachine, openGeneration, type StateFile } from './open-machine.ts';
import { type PendingWrite, pendingWrites } from './pending-writes.ts';
import { stateDirectory, underRootUmask } from './root-paths.ts';
import { readStamp, writeStamp } from './stamp.ts';
import { onStateRoot } from './state-error.ts';
import { WrittenFiles } from './written-files.ts';

/** A change under way: what was found before it began. Requires the lock from here to the end. */
export interface Change {
  readonly machine: OpenMachine;
  /** Proc/ and sys/ show an older state: all of them is drawn anew. */
  readonly stale: boolean;
  readonly writes: readonly PendingWrite[];
  /** When files were looked at: milliseconds by the clock of the file system. */
  readonly scanned: number;
  /** The files that were looked at. */
  readonly files: WrittenFiles;
}

/** Looks at what people wrote into proc/ and sys/ since the last command and lets the kernel take it. */
export function beginChange(machine: OpenMachine, lockTime: number): Change {
  const files = new WrittenFiles();
  const stale = readStamp(machine.root).generation !== machine.generation;
  const writes = findWrites(machine, files);
  for (const write of writes) write.apply();
  return { machine, stale, writes, scanned: lockTime, files };
}

/** What people wrote into proc/ and sys/ since the last command looked, whatever killed ones left drawn there. */
export function findWrites({ root, kernel, generation }: OpenMachine, files: WrittenFiles): PendingWrite[] {
  const stamp = readStamp(root);
  const earlier: Kernel[] = [];
  for (let number = stamp.generation; number < generation; number++) {
    const machine = openGeneration(root, number, { runner: skippingRunner, comm: '' });
    if (!machine) return [];
    earlier.push(machine.kernel);
  }
  return pendingWrites(root, kernel, scannedBefore(stamp.scanned), files, earlier);
}

/** When files were looked at; never, where the clock has been set back since: their times tell nothing then. */
function scannedBefore(scanned: number): number {
  return scanned > Date.now() ? 0 : scanned;
}

/**
 * Commits what has become of the machine, and draws it. Nothing is written when nothing has changed. Raises StateError
 * when the drawing fails: the change is kept then, and the next command draws it.
 */
export function endChange(change: Change): void {
  underRootUmask(() => keepAndDraw(change));
}

function keepAndDraw(change: Change): void {
  const { machine, stale, writes } = change;
  const { kernel, images } = machine;
  const record = saveKernel(kernel, images);
  const file: StateFile = { ...machine.state, kernel: record };
  const text = JSON.stringify(file);
  const changed = text !== machine.text;
  if (changed) commit(machine, text);
  else if (!stale && writes.length === 0) return;
  const shown = machine.generation + (changed ? 1 : 0);
  onStateRoot(machine.root, () => draw(change, record, shown), 'the change is kept, but cannot draw proc/ and sys/');
}

function commit({ root, generation, images }: OpenMachine, text: string): void {
  try {
    commitState(stateDirectory(root), generation + 1, text, images.write());
  } catch (error) {
    images.discard();
    throw error;
  }
}

/** Draws what has changed, and forgets what is older than `shown`. */
function draw({ machine, stale, writes, scanned, files }: Change, record: KernelRecord, shown: number): void {
  const { root, kernel, images, generation } = machine;
  const redrawn = addressesShown(machine.record) !== addressesShown(record);
  try {
    if (stale || redrawn || generation === 0) drawAll(root, kernel, images, files);
    else drawChanges(root, kernel, images, changesBetween(machine.record, record, kernel, writes), files);
  } catch (error) {
    removeUnfinished(stateDirectory(root));
    throw error;
  }
  writeStamp(root, { generation: shown, scanned });
  // Not before: what an older state shows is told from what people wrote by looking into it.
  pruneStates(stateDirectory(root), shown);
  images.prune(usedImages(record));
}

/** Which modules' directories show something else now. */
function changesBetween(
  before: KernelRecord | undefined,
  after: KernelRecord,
  kernel: Kernel,
  writes: readonly PendingWrite[],
): Changes {
  const shown = new Map((before?.modules ?? []).map((record) => [nameOf(record), fingerprint(record, before)]));
  const now = new Map(after.modules.map((record) => [nameOf(record), fingerprint(record, after)]));
  const touched = kernel.modules.filter(
    (module) => writes.some((write) => write.module === module) || shown.get(module.name) !== now.get(module.name),
  );
  const removed = [...shown.keys()].filter((name) => !now.has(name));
  return {
    touched,
    removed,
    modulesChanged: shown.size !== now.size || touched.some(({ name }) => !shown.has(name)),
    settingsChanged: settings(before) !== settings(after) || writes.some(({ module }) => !module),
    stale: false,
  };
}

type Subsystems = { readonly sysctl?: { readonly kptr_restrict?: readonly number[] } };

function subsystems(record: KernelRecord | undefined): Subsystems | undefined {
  return (record?.fields as Pick<Kernel, 'subsystems'> | undefined)?.subsystems;
}

/** The settings of proc/sys/kernel as text. */
function settings(record: KernelRecord | undefined): string {
  return JSON.stringify(subsystems(record)?.sysctl);
}

/** What decides whether files show addresses. */
function addressesShown(record: KernelRecord | undefined): number {
  return subsystems(record)?.sysctl?.kptr_restrict?.[0] ?? 0;
}

type Row = KernelRecord['modules'][number];

function nameOf({ fields }: Row): string {
  return (fields as Pick<Module, 'name'>).name;
}

/** Two equal ones: nothing that sysfs shows of the module differs, its memory included. */
function fingerprint(row: Row, record: KernelRecord | undefined): string {
  const { core } = row.fields as Pick<Module, 'core'>;
  const memory = record?.mappings.filter(({ base }) => base >= core.base && base < core.base + core.size);
  return JSON.stringify([row, memory?.map(({ ref }) => ref)]);
}
