import type { Address } from '../memory/address.ts';
import type { AddressSpace } from '../memory/address-space.ts';
import type { KernelProfile } from '../profile/kernel-profile.ts';
import type { Heap } from './heap.ts';
import type { Module } from './module.ts';
import type { ModuleRunner } from './module-runner.ts';
import type { LogRecord } from './printk.ts';
import type { SignatureVerifier } from './signing.ts';

/** `enum lockdown_reason` as far as `lockdown=` sets it: security/lockdown/lockdown.c. */
export type Lockdown = 'none' | 'integrity' | 'confidentiality';

/** `struct task_struct`, as far as messages name it. */
export interface Task {
  readonly comm: string;
  readonly pid: number;
}

/** What the kernel took from its command line about modules. */
export interface BootOptions {
  /** `module.sig_enforce`: also by CONFIG_MODULE_SIG_FORCE. */
  signatureEnforced: boolean;
  /** `module_blacklist=`: the text as given. */
  readonly moduleBlacklist: string;
  readonly lockdown: Lockdown;
  /** `initcall_debug`. */
  initcallDebug: boolean;
  /** `initcall_blacklist=`: names of init functions that are not called. */
  readonly initcallBlacklist: readonly string[];
}

/**
 * The emulated kernel: plain data, and nothing that reaches the host.
 * Everything but `profile`, `runner`, `clock` and `current` is kept between commands by the state root.
 */
export interface Kernel {
  readonly profile: KernelProfile;
  readonly runner: ModuleRunner;
  /** Microseconds since boot. */
  readonly clock: () => number;
  /** Checks appended signatures against trusted keys; absent: no key is trusted. */
  verifySignature?: SignatureVerifier;
  /** `call_usermodehelper`: runs a program to its end; a wait status or a negative error number. Absent: there is none. */
  userModeHelper?: (argv: readonly string[]) => number;
  /** `current`: the task that calls the kernel. */
  current: Task;
  readonly memory: AddressSpace;
  /** What `kmalloc` hands out of `memory`. */
  readonly heap: Heap;
  /** `kmalloced_params`, kernel/params.c: heap copies of charp values. */
  readonly parameterStrings: Set<Address>;
  /** `modules`: oldest first (the kernel's list_head is read from its other end by /proc/modules). */
  readonly modules: Module[];
  /** `last_unloaded_module`: name and taint letters, kernel/module/main.c. */
  lastUnloadedModule: string;
  /** `tainted_mask`. */
  taint: number;
  /** Names of the `printk_once`-like messages and WARN_ONCE places that have been said. */
  readonly saidOnce: Set<string>;
  /** `modules_disabled`. */
  modulesDisabled: boolean;
  /** `/proc/cmdline`. */
  readonly commandLine: string;
  /** What the command line set. */
  readonly options: BootOptions;
  readonly log: LogRecord[];
  nextLogSequence: number;
  /** `clear_seq`: readers of the log begin here. */
  clearedLogSequence: number;
  /** What the modelled kernel functions registered and remember, by subsystem: plain data that JSON can hold. */
  readonly subsystems: Record<string, unknown>;
  /** `log_buf_len`: bytes of the log's text area. */
  readonly logBufferLength: number;
}
