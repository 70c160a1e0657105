/**
 * kobox as a library: bytes in, plain data out, nothing of node behind it.
 *
 * A kernel is opened from the bytes of a profile (`<release>.kernel`, as `kobox kernel import` writes it; one comes with
 * the package under `kobox/kernels/`). `check` tells whether modules load there and why not; `initModule` loads into a
 * machine that is kept between calls.
 */
import { checkModule, watchedLoad } from './check/check-module.ts';
import type { Verdict } from './check/verdict.ts';
import { bootKernel } from './kernel/boot.ts';
import type { Kernel } from './kernel/kernel.ts';
import type { LogRecord } from './kernel/log/log-record.ts';
import { skippingRunner } from './kernel/skipping-runner.ts';
import { memorySource } from './profile/container/byte-source.ts';
import type { KernelProfile } from './profile/kernel-profile.ts';
import { readProfile } from './profile/read-profile.ts';

export type { Cause, Verdict } from './check/verdict.ts';
export type { Kernel } from './kernel/kernel.ts';
export type { LogLevel, LogRecord } from './kernel/log/log-record.ts';
export type { KernelExport, KernelExports, KernelProfile, StructLayout } from './profile/kernel-profile.ts';

/** One module file: its name for the answer and its bytes, not compressed. */
export interface ModuleFile {
  readonly file: string;
  readonly image: Uint8Array;
  /** Module arguments, one character a byte. */
  readonly args?: string;
}

/** What came of a load. */
export interface LoadResult {
  /** 0, or the positive error number of init_module(2). */
  readonly errno: number;
  /** The loader itself crashed over the file, as the real kernel does: the call never came back. */
  readonly oopsed: boolean;
  /** What the kernel logged meanwhile. */
  readonly log: readonly LogRecord[];
}

/** A kernel from the bytes of its profile. Raises ProfileError when they are none. */
export function openKernel(profile: Uint8Array): KernelProfile {
  return readProfile(memorySource(profile));
}

/** A machine that has just booted this kernel: nothing loaded. `commandLine` as in /proc/cmdline. */
export function boot(kernel: KernelProfile, commandLine = ''): Kernel {
  return bootKernel(kernel, commandLine, skippingRunner, () => 0);
}

/**
 * Loads the modules one after the other into a fresh machine, as given, and says of each whether it loads and, if not,
 * why. A module sees the exports of those before it.
 */
export function check(kernel: KernelProfile, modules: readonly ModuleFile[]): Verdict[] {
  const machine = boot(kernel);
  return modules.map((module) => checkModule(machine, module));
}

/** init_module(2) as root on a machine. The module's own code is not run. */
export function initModule(machine: Kernel, image: Uint8Array, args = ''): LoadResult {
  const start = machine.nextLogSequence;
  const { errno, oopsed } = watchedLoad(machine, { file: '', image, args });
  return { errno, oopsed, log: machine.log.filter(({ sequence }) => sequence >= start) };
}
