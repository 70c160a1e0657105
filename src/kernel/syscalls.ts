import { errnoNumber } from '../abi/errno.ts';
import { architectureOf } from '../arch/architectures.ts';
import { structsOf } from '../elf/elf-form.ts';
import type { Kernel } from './kernel.ts';
import { KernelError, StillLoading } from './kernel-error.ts';
import { versionAtLeast } from './kernel-version.ts';
import { MODULE_INIT, newLoadInfo } from './load-info.ts';
import { loadModule } from './load-module.ts';
import type { LoadTrace } from './load-trace.ts';
import { hashedPointer } from './log/hashed-pointer.ts';
import { loaderDebug } from './log/loader-debug.ts';
import { moduleDecompress } from './module-decompress.ts';
import { deleteModule as unloadModule } from './unload.ts';

/** Who makes a system call. */
export interface Caller {
  /** Effective user id: 0 has CAP_SYS_MODULE. */
  readonly uid: number;
  /** Waits when a module of that name is on its way in: StillLoading is raised. Others are answered EINTR, as by a signal. */
  readonly waits?: boolean;
}

/** Of a caller's memory debug messages show a hash, and of its file the descriptor: the one of the recordings. */
const USER_DATA = hashedPointer(0x55555557);
const FILE = 5;

/** `may_init_module`, and the same check of delete_module. */
function mayInitModule(kernel: Kernel, caller: Caller): boolean {
  return caller.uid === 0 && !kernel.modulesDisabled;
}

/**
 * init_module(2): 0, or a positive error number. `image`: the whole file; `args`: a byte string.
 * An image shorter than an ELF header is refused without a word. Source: kernel/module/main.c.
 */
export function initModule(kernel: Kernel, image: Uint8Array, args: string, caller: Caller, trace?: LoadTrace): number {
  if (!mayInitModule(kernel, caller)) return errnoNumber('EPERM');
  loaderDebug(kernel, 'initModule', () => `init_module: umod=${USER_DATA}, len=${image.length}, uargs=${USER_DATA}`);
  const arch = architectureOf(kernel.profile.machine);
  if (image.length < structsOf(arch.form).header.size) return errnoNumber('ENOEXEC');
  return within(kernel, 'init_module', () =>
    loadFor(caller, () => loadModule(kernel, newLoadInfo(arch, image, args, 0), trace)),
  );
}

/** Notes which system call is under way; modules that are loaded for this one have calls of their own. */
function within<T>(kernel: Kernel, call: Kernel['systemCall'], work: () => T): T {
  const outer = kernel.systemCall;
  kernel.systemCall = call;
  try {
    return work();
  } finally {
    kernel.systemCall = outer;
  }
}

function loadFor({ waits }: Caller, load: () => number): number {
  try {
    return load();
  } catch (error) {
    if (error instanceof StillLoading && !waits) return error.number;
    throw error;
  }
}

/**
 * finit_module(2) of a file with these contents: 0, or a positive error number. `flags`: `MODULE_INIT`.
 * Source: kernel/module/main.c.
 */
export function finitModule(
  kernel: Kernel,
  image: Uint8Array,
  args: string,
  flags: number,
  caller: Caller,
  trace?: LoadTrace,
): number {
  if (!mayInitModule(kernel, caller)) return errnoNumber('EPERM');
  loaderDebug(kernel, 'finitModule', () => `finit_module: fd=${FILE}, uargs=${USER_DATA}, flags=${flags}`);
  if (flags & ~knownFlags(kernel) || image.length === 0) return errnoNumber('EINVAL');
  if (flags & MODULE_INIT.COMPRESSED_FILE) return moduleDecompress(kernel, image);
  const arch = architectureOf(kernel.profile.machine);
  return within(kernel, 'finit_module', () =>
    loadFor(caller, () => loadModule(kernel, newLoadInfo(arch, image, args, flags), trace)),
  );
}

/** The flags that this kernel knows: compressed files since 5.17. */
function knownFlags(kernel: Kernel): number {
  const known = MODULE_INIT.IGNORE_MODVERSIONS | MODULE_INIT.IGNORE_VERMAGIC;
  return versionAtLeast(kernel, 5, 17) ? known | MODULE_INIT.COMPRESSED_FILE : known;
}

/** delete_module(2): 0, or a positive error number. `flags`: O_NONBLOCK, O_TRUNC. Source: kernel/module/main.c. */
export function deleteModule(kernel: Kernel, name: string, flags: number, caller: Caller): number {
  if (!mayInitModule(kernel, caller)) return errnoNumber('EPERM');
  try {
    within(kernel, 'delete_module', () => unloadModule(kernel, name, flags));
    return 0;
  } catch (error) {
    if (error instanceof KernelError) return error.number;
    throw error;
  }
}
