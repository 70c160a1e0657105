import { type ErrnoName, errnoName, strerror } from '../../abi/errno.ts';

/** Words that a tool has of its own for an error number; strerror(3) has the rest. */
type Words = Readonly<Partial<Record<ErrnoName, string>>>;

/** busybox: `moderror`, modutils/modutils.c. */
const BUSYBOX: Words = {
  ENOEXEC: 'invalid module format',
  ENOENT: 'unknown symbol in module, or unknown parameter',
  ESRCH: 'module has wrong symbol version',
  ENOSYS: 'kernel does not support requested operation',
};

/** kmod: `mod_strerror`, tools/insmod.c. */
const KMOD_INSMOD: Words = {
  ENOEXEC: 'Invalid module format',
  ENOENT: 'Unknown symbol in module',
  ESRCH: 'Module has wrong symbol version',
  EINVAL: 'Invalid parameters',
};

/** What busybox's `bb_init_module` returned, in words: an errno of the kernel, or a negative one of reading the file. */
export function busyboxModuleError(result: number): string {
  if (result === -1) return 'no such module';
  return result < 0 ? strerror(-result) : wordsFor(BUSYBOX, result);
}

/** A positive errno in the words of kmod's insmod. */
export function kmodInsmodError(errno: number): string {
  return wordsFor(KMOD_INSMOD, errno);
}

function wordsFor(words: Words, errno: number): string {
  const name = errnoName(errno);
  return (name && words[name]) ?? strerror(errno);
}
