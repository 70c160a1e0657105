import { pause } from '../host/pause.ts';
import type { Kernel, ModuleRunner } from '../kernel/kernel.ts';
import { hasPanicked } from '../kernel/panicked.ts';
import { skippingRunner } from '../kernel/skipping-runner.ts';
import { TaskKilled } from '../kernel/task-killed.ts';
import { beginChange, endChange, findWrites } from './close-machine.ts';
import { newestGeneration } from './generations.ts';
import { type HeldLock, isLocked, tryLock } from './lock.ts';
import { type Caller, freshMachine, type OpenMachine, openMachine } from './open-machine.ts';
import type { PendingWrite } from './pending-writes.ts';
import { makeRoot, stateDirectory } from './root-paths.ts';
import { isDrawn, readStamp } from './stamp.ts';
import { onStateRoot, StateError } from './state-error.ts';
import { WrittenFiles } from './written-files.ts';

/** Which machine, and how its modules' code is run. */
export interface MachineOptions {
  /** The state root, absolute. */
  readonly root: string;
  readonly init: 'run' | 'skip';
  /** Makes what runs the modules' code with `init: 'run'`; absent: nothing is run. */
  readonly makeRunner?: () => ModuleRunner | Promise<ModuleRunner>;
  /** The name by which the kernel's messages call the command; `insmod` unless told. */
  readonly comm?: string;
}

/** A kernel that has panicked does nothing any more; its log and its files can still be read. */
const PANICKED = 'the machine has panicked; kobox boot restarts it';

/** Milliseconds between two looks at a held lock. */
const SHORTEST_WAIT = 1;
const LONGEST_WAIT = 100;

/**
 * One change of the machine: takes the lock, reads the state, lets the kernel take what was written into proc/ and
 * sys/, hands the kernel to `change`, writes the new state and redraws proc/ and sys/. When `change` raises, nothing
 * is written; but for TaskKilled: what the dead task left behind is kept, as in the kernel.
 * Raises StateError (also when the kernel has panicked), ProfileError and what `change` raises.
 */
export async function changeMachine<T>(
  options: MachineOptions,
  change: (kernel: Kernel) => T | Promise<T>,
): Promise<T> {
  const caller = await callerOf(options);
  return locked(options.root, async (lockTime) => {
    const opened = onStateRoot(options.root, () => beginChange(openMachine(options.root, caller), lockTime));
    if (hasPanicked(opened.machine.kernel)) throw new StateError(PANICKED);
    try {
      const result = await change(opened.machine.kernel);
      onStateRoot(options.root, () => endChange(opened));
      return result;
    } catch (error) {
      if (error instanceof TaskKilled) onStateRoot(options.root, () => endChange(opened));
      throw error;
    }
  });
}

/** Boots the machine anew with a kernel command line, a byte string: nothing loaded, taint 0, an empty log. */
export async function bootMachine(options: MachineOptions, commandLine: string): Promise<void> {
  const caller = await callerOf(options);
  await locked(options.root, async (scanned) =>
    onStateRoot(options.root, () => {
      const generation = newestGeneration(stateDirectory(options.root));
      const machine = freshMachine(options.root, caller, commandLine, { generation, text: '' });
      endChange({ machine, stale: true, writes: [], scanned, files: new WrittenFiles() });
    }),
  );
}

/**
 * What `look` sees in the machine as it stands, without the lock; the kernel must not be changed, and its memory is there
 * only while `look` runs. What was written into proc/ and sys/ since the last command is taken first, and a drawing that a
 * killed command left undone is finished.
 */
export function lookAtMachine<T>(options: Pick<MachineOptions, 'root' | 'comm'>, look: (kernel: Kernel) => T): T {
  return whileImagesGo(options.root, () => look(readOnce(options).kernel));
}

/** {@link lookAtMachine} for what needs none of the kernel's memory: its log, its modules, its settings. */
export function readMachine(options: Pick<MachineOptions, 'root' | 'comm'>): Kernel {
  return lookAtMachine(options, (kernel) => kernel);
}

/** {@link readMachine}, and whether something was written that only a module's own code can take. */
export function readWithWrites(options: Pick<MachineOptions, 'root' | 'comm'>): Reading {
  return whileImagesGo(options.root, () => readOnce(options));
}

/**
 * What a reader without the lock finds. A writer may remove images that it reads, of the state or of the one that is drawn:
 * then a newer one is there or drawn, and is read.
 */
function whileImagesGo<T>(root: string, read: () => T): T {
  for (;;) {
    const before = progressOf(root);
    try {
      return read();
    } catch (error) {
      const isGone = (error as NodeJS.ErrnoException).code === 'ENOENT';
      if (!isGone || progressOf(root) === before) throw error;
    }
  }
}

/** The newest state and the one that proc/ and sys/ show: what they need is removed only after one of them has moved on. */
function progressOf(root: string): string {
  return `${newestGeneration(stateDirectory(root))} ${readStamp(root).generation}`;
}

interface Reading {
  readonly kernel: Kernel;
  readonly forCode: boolean;
}

function readOnce(options: Pick<MachineOptions, 'root' | 'comm'>): Reading {
  const caller = { runner: skippingRunner, comm: options.comm ?? 'kobox' };
  const machine = openMachine(options.root, caller);
  if (machine.generation === 0) return { kernel: machine.kernel, forCode: false };
  const writes = findWrites(machine, new WrittenFiles());
  if (!needsSettling(machine, writes)) return { kernel: machine.kernel, forCode: areForCode(writes) };
  settle(options.root, caller);
  return { kernel: openMachine(options.root, caller).kernel, forCode: false };
}

/** Whether something was written since the last command that only a module's own code can take. */
export function hasWritesForCode(root: string): boolean {
  return whileImagesGo(root, () => {
    const machine = openMachine(root, { runner: skippingRunner, comm: 'kobox' });
    return machine.generation !== 0 && areForCode(findWrites(machine, new WrittenFiles()));
  });
}

const areForCode = (writes: readonly PendingWrite[]): boolean => writes.some(({ needsRunner }) => needsRunner);

/** Finishes what a killed command left undone, so that proc/ and sys/ can be read as they stand. Cheap when all is well. */
export function settleMachine(root: string): void {
  if (!isDrawn(root)) settle(root, { runner: skippingRunner, comm: 'kobox' });
}

/** Writes that only a module's own code can take are left to the next command that runs it, and with them the drawing. */
function needsSettling({ root }: OpenMachine, writes: readonly PendingWrite[]): boolean {
  return !areForCode(writes) && (writes.length > 0 || !isDrawn(root));
}

/** A change that changes nothing itself; left to others when somebody is at it, or when the root cannot be written. */
function settle(root: string, caller: Caller): void {
  if (isLocked(stateDirectory(root))) return;
  try {
    onStateRoot(root, () => {
      const lock = tryLock(stateDirectory(root));
      if (!lock) return;
      try {
        const machine = openMachine(root, caller);
        if (needsSettling(machine, findWrites(machine, new WrittenFiles()))) endChange(beginChange(machine, lock.time));
      } finally {
        lock.release();
      }
    });
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
  }
}

async function callerOf({ init, makeRunner, comm }: MachineOptions): Promise<Caller> {
  const runner = init === 'run' && makeRunner ? await makeRunner() : skippingRunner;
  return { runner, comm: comm ?? 'insmod' };
}

async function locked<T>(root: string, work: (lockTime: number) => Promise<T>): Promise<T> {
  onStateRoot(root, () => makeRoot(root));
  const lock = await waitForLock(root);
  try {
    return await work(lock.time);
  } finally {
    lock.release();
  }
}

async function waitForLock(root: string): Promise<HeldLock> {
  for (let wait = SHORTEST_WAIT; ; wait = Math.min(wait * 1.5, LONGEST_WAIT)) {
    const lock = onStateRoot(root, () => tryLock(stateDirectory(root)));
    if (lock) return lock;
    await pause(wait * (0.5 + Math.random()));
  }
}
