import { ENAMETOOLONG, ENOENT } from '../abi/negative-errno.ts';
import type { Kernel } from './kernel.ts';
import { MODULE_NAME_LEN } from './module-struct.ts';
import { subsystem } from './subsystem.ts';

/** `CONFIG_MODPROBE_PATH`. */
const MODPROBE_PATH = '/sbin/modprobe';
/** `KMOD_PATH_LEN`, include/linux/kmod.h. */
const KMOD_PATH_LEN = 256;

const settings = subsystem('usermodehelper', () => ({ modprobePath: MODPROBE_PATH }));

/** `modprobe_path`, kernel/kmod.c: what /proc/sys/kernel/modprobe shows. A byte string. */
export function modprobePath(kernel: Kernel): string {
  return settings(kernel).modprobePath;
}

/** Sets `modprobe_path` to the first line of what was written (`proc_dostring`). */
export function setModprobePath(kernel: Kernel, text: string): void {
  settings(kernel).modprobePath = text.split(/[\n\0]/, 1)[0]!.slice(0, KMOD_PATH_LEN - 1);
}

/**
 * `__request_module`, kernel/kmod.c: has the user mode load the module of this name. 0, a wait status
 * (256: modprobe's exit status was 1), or a negative error number: ENAMETOOLONG, ENOENT (no such program).
 */
export function requestModule(kernel: Kernel, name: string): number {
  if (name.length >= MODULE_NAME_LEN) return ENAMETOOLONG;
  const path = modprobePath(kernel);
  if (path === '' || kernel.userModeHelper === undefined) return ENOENT;
  return kernel.userModeHelper([path, '-q', '--', name]);
}
