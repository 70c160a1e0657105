import { architectureOf } from '../arch/architectures.ts';
import { AddressSpace } from '../memory/address-space.ts';
import type { KernelProfile } from '../profile/kernel-profile.ts';
import type { BootOptions, Kernel, ModuleRunner, Task } from './kernel.ts';
import { createHeap } from './memory/heap.ts';

/** What a fresh kernel may be told. */
export interface BootSettings {
  readonly commandLine?: string;
  /** Who calls; insmod with pid 1 unless told. */
  readonly current?: Task;
  readonly options?: Partial<BootOptions>;
  /** `log_buf_len=`, rounded up to a power of two already. */
  readonly logBufferLength?: number;
}

/** `CONFIG_LOG_BUF_SHIFT` where the profile does not say it. */
const DEFAULT_LOG_BUF_SHIFT = 17;

/** A kernel that has just booted: nothing loaded, taint 0, an empty log. Raises UnknownArchitecture. */
export function createKernel(
  profile: KernelProfile,
  runner: ModuleRunner,
  clock: () => number,
  settings: BootSettings = {},
): Kernel {
  architectureOf(profile.machine);
  return {
    profile,
    runner,
    clock,
    current: settings.current ?? { comm: 'insmod', pid: 1 },
    memory: new AddressSpace(),
    heap: createHeap(),
    parameterStrings: new Set(),
    modules: [],
    lastUnloadedModule: '',
    taint: 0,
    saidOnce: new Set(),
    modulesDisabled: false,
    commandLine: settings.commandLine ?? '',
    options: { ...defaultOptions(profile), ...settings.options },
    log: [],
    nextLogSequence: 0,
    clearedLogSequence: 0,
    subsystems: {},
    logBufferLength: settings.logBufferLength ?? 2 ** Number(profile.config('LOG_BUF_SHIFT') ?? DEFAULT_LOG_BUF_SHIFT),
  };
}

function defaultOptions(profile: KernelProfile): BootOptions {
  return {
    signatureEnforced: profile.config('MODULE_SIG_FORCE') === 'y',
    moduleBlacklist: '',
    lockdown: 'none',
    initcallDebug: false,
    initcallBlacklist: [],
  };
}
