import type { ErrnoName } from '../abi/errno.ts';
import type { Address } from '../memory/address.ts';
import type { AddressSpace } from '../memory/address-space.ts';
import type { KernelProfile } from '../profile/kernel-profile.ts';
import type { LegacySignature } from './legacy-signature.ts';
import type { LogRecord } from './log/log-record.ts';
import type { Heap } from './memory/heap.ts';
import type { Module } from './module.ts';

/** `enum lockdown_reason` as far as `lockdown=` sets it: security/lockdown/lockdown.c. */
export type Lockdown = 'none' | 'integrity' | 'confidentiality';

/** `struct task_struct`, as far as messages name it. */
export interface Task {
  readonly comm: string;
  readonly pid: number;
  /** The work item that it runs: `events FUNCTION [module]`. */
  readonly work?: string;
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
  /** `SPECTRE_V2_NONE`: the command line switched the mitigation off. */
  readonly spectreV2Off?: boolean;
}

/**
 * The interface that the emulated CPU fills: calls from the loader into a module's own code.
 * `--init skip` uses {@link skippingRunner}.
 */
export interface ModuleRunner {
  /** Made-up answers of this command: how often each kernel function without a model was called. */
  readonly stubs?: ReadonlyMap<string, number>;
  /** How often each function was called that ran from the kernel's own code. */
  readonly textCalls?: ReadonlyMap<string, number>;
  /** `do_one_initcall(mod->init)`: the value it returned. May raise an oops, which the runner has then logged. */
  callInit(kernel: Kernel, module: Module): number;
  /** `mod->exit()`. */
  callExit(kernel: Kernel, module: Module): void;
  /** `do_mod_ctors`. */
  callConstructors(kernel: Kernel, module: Module, constructors: readonly Address[]): void;
  /**
   * `kp->ops->set(value, kp)` for ops that the module defines itself: 0 or a negative errno;
   * undefined when the code cannot be run.
   */
  setParameter(kernel: Kernel, module: Module, parameter: Address, value: string | undefined): number | undefined;
  /** `kp->ops->get(buffer, kp)`: the text, or undefined when the code cannot be run. */
  getParameter(kernel: Kernel, module: Module, parameter: Address): string | undefined;
  /** `ops->free(kp->arg)`: the function at `address` of the module's own. */
  freeParameter(kernel: Kernel, module: Module, address: Address, argument: Address): void;
  /** `blocking_notifier_call_chain(&module_notify_list, state, mod)`. */
  notify(kernel: Kernel, module: Module, event: 'COMING' | 'LIVE' | 'GOING'): void;
}

/** Checks signatures against the trusted keyrings. What each returns: undefined when the signature is good, else why not. */
export interface SignatureVerifier {
  /** `verify_pkcs7_signature`: `pkcs7` (DER) signs `body`. `ENOKEY`, `ENOPKG`, `EKEYREJECTED`, `EBADMSG`, …. */
  (kernel: Kernel, body: Uint8Array, pkcs7: Uint8Array): ErrnoName | undefined;
  /** The signatures of kernels before 4.3; absent: no key is trusted. */
  readonly legacy?: (kernel: Kernel, body: Uint8Array, signature: LegacySignature) => ErrnoName | undefined;
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
  /** The system call by which the loader was entered, while it is under way: traces begin with it. */
  systemCall?: 'init_module' | 'finit_module' | 'delete_module' | undefined;
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
