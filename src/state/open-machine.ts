import { join } from 'node:path';
import { bootKernel } from '../kernel/boot.ts';
import type { Kernel, ModuleRunner } from '../kernel/kernel.ts';
import { nextPid } from '../kernel/pid.ts';
import { chooseProfile, openChosen, type ProfileName } from './choose-profile.ts';
import { logClock } from './clock.ts';
import { readGeneration, readNewest } from './generations.ts';
import { ImageStore } from './image-store.ts';
import { type KernelRecord, loadKernel, type Surroundings } from './kernel-record.ts';
import { machineVerifier } from './machine-verifier.ts';
import { stateDirectory } from './root-paths.ts';
import { StateError } from './state-error.ts';

/** The version of the state file's form; others are refused. */
const VERSION = 1;

/** The state file. */
export interface StateFile {
  readonly version: number;
  /** The generation that it booted on. */
  readonly bootedAt: number;
  readonly profile: ProfileName;
  readonly kernel: KernelRecord;
}

/** A machine as a command finds it. */
export interface OpenMachine {
  readonly root: string;
  /** 0: nothing has been kept yet. */
  readonly generation: number;
  /** The state file's text; `` when there is none. */
  readonly text: string;
  readonly state: Omit<StateFile, 'kernel'>;
  /** Undefined on a fresh machine. */
  readonly record: KernelRecord | undefined;
  readonly kernel: Kernel;
  readonly images: ImageStore;
}

/** Who asks. */
export interface Caller {
  readonly runner: ModuleRunner;
  readonly comm: string;
}

/** Reads the newest state; a fresh machine when there is none. Raises StateError, ProfileError. */
export function openMachine(root: string, caller: Caller): OpenMachine {
  const newest = readNewest(stateDirectory(root));
  return newest ? keptMachine(root, newest, caller) : freshMachine(root, caller, '', { generation: 0, text: '' });
}

/** A state by its number; undefined when it is not kept any more. Requires the lock. */
export function openGeneration(root: string, generation: number, caller: Caller): OpenMachine | undefined {
  const text = readGeneration(stateDirectory(root), generation);
  return text === undefined ? undefined : keptMachine(root, { generation, text }, caller);
}

function keptMachine(root: string, newest: Pick<OpenMachine, 'generation' | 'text'>, caller: Caller): OpenMachine {
  const file = parseState(root, newest.text);
  const images = imagesFor(root, newest.generation);
  const { kernel: record, ...state } = file;
  const kernel: Kernel = loadKernel(
    record,
    images,
    surroundings(root, { ...file, ...newest }, caller, () => kernel),
  );
  kernel.current = { comm: caller.comm, pid: nextPid(kernel) };
  kernel.verifySignature = machineVerifier(root);
  return { root, ...newest, state, record, kernel, images };
}

/** A machine that boots now with a command line, to stand in the place of what was there. */
export function freshMachine(
  root: string,
  caller: Caller,
  commandLine: string,
  before: Pick<OpenMachine, 'generation' | 'text'>,
): OpenMachine {
  const state = { version: VERSION, bootedAt: before.generation, profile: chooseProfile(root) };
  const { profile, runner, clock, current } = surroundings(root, { ...state, ...before }, caller, () => kernel);
  const kernel: Kernel = bootKernel(profile, commandLine, runner, clock, { current });
  kernel.current = { ...current, pid: nextPid(kernel) };
  kernel.verifySignature = machineVerifier(root);
  return { root, ...before, state, record: undefined, kernel, images: imagesFor(root, before.generation) };
}

function surroundings(
  root: string,
  { bootedAt, profile, generation }: Pick<StateFile, 'bootedAt' | 'profile'> & Pick<OpenMachine, 'generation'>,
  caller: Caller,
  kernel: () => Kernel,
): Surroundings {
  return {
    profile: openChosen(root, profile),
    runner: caller.runner,
    clock: logClock(kernel, Math.max(0, generation - bootedAt)),
    current: { comm: caller.comm, pid: 1 },
  };
}

function imagesFor(root: string, generation: number): ImageStore {
  return new ImageStore(join(stateDirectory(root), 'images'), generation + 1);
}

function parseState(root: string, text: string): StateFile {
  let file: StateFile;
  try {
    file = JSON.parse(text) as StateFile;
  } catch {
    throw new StateError(`the state in ${stateDirectory(root)} is damaged`);
  }
  if (file.version === VERSION) return file;
  throw new StateError(`the state in ${stateDirectory(root)} has version ${file.version}, this is for ${VERSION}`);
}
