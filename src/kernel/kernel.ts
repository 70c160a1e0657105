import type { AddressSpace } from '../memory/address-space.ts';
import type { KernelProfile } from '../profile/kernel-profile.ts';
import type { Module } from './module.ts';
import type { ModuleRunner } from './module-runner.ts';
import type { LogRecord } from './printk.ts';

/**
 * The emulated kernel: plain data, and nothing that reaches the host.
 * Everything but `profile`, `runner` and `clock` is kept between commands by the state root.
 */
export interface Kernel {
  readonly profile: KernelProfile;
  readonly runner: ModuleRunner;
  /** Microseconds since boot. */
  readonly clock: () => number;
  readonly memory: AddressSpace;
  /** `modules`: oldest first (the kernel's list_head is read from its other end by /proc/modules). */
  readonly modules: Module[];
  /** `tainted_mask`. */
  taint: number;
  /** Names of the `printk_once`-like messages and WARN_ONCE places that have been said. */
  readonly saidOnce: Set<string>;
  /** `modules_disabled`. */
  modulesDisabled: boolean;
  /** `/proc/cmdline`. */
  commandLine: string;
  readonly log: LogRecord[];
  nextLogSequence: number;
}
