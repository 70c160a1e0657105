import type { Kernel } from './kernel.ts';
import { subsystem } from './subsystem.ts';

/** The pid of the first command: what booted the machine had those below. */
const FIRST_PID = 80;

const pidState = subsystem('pids', () => ({ next: FIRST_PID }));

/** The pid that the next task gets. Nothing is kept: a command that runs no code leaves the number to the next one. */
export function nextPid(kernel: Kernel): number {
  return (kernel.subsystems['pids'] as { next: number } | undefined)?.next ?? FIRST_PID;
}

/** `alloc_pid`, kernel/pid.c: a number that no task had before. */
export function allocatePid(kernel: Kernel): number {
  return pidState(kernel).next++;
}

/** Keeps a number that {@link nextPid} told from being given again. */
export function claimPid(kernel: Kernel, pid: number): void {
  const state = pidState(kernel);
  state.next = Math.max(state.next, pid + 1);
}
