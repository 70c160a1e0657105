import type { Kernel } from './kernel.ts';
import { isConfigured } from './kernel-config.ts';
import { isVersionWithin } from './kernel-version.ts';
import { diePrefix, dieWords } from './log/die-words.ts';
import { KERN, printk } from './log/printk.ts';
import { addTaint, debugLocksOff, TAINT } from './log/taint.ts';
import { MODULE_NAME_LEN } from './module-struct.ts';
import { TaskKilled } from './task-killed.ts';

/**
 * `__fortify_strlen`, include/linux/fortify-string.h, of `mod->name`: a name without its NUL makes the loader die, in the
 * versions that know the size of a field and end here in a BUG of these words. Raises TaskKilled.
 */
export function fortifyNameLength(kernel: Kernel, name: string): void {
  const isChecked = isConfigured(kernel, 'FORTIFY_SOURCE') && isVersionWithin(kernel, [5, 18], [6, 9]);
  if (!isChecked || name.length < MODULE_NAME_LEN) return;
  debugLocksOff(kernel);
  printk(kernel, KERN.EMERG, 'detected buffer overflow in __fortify_strlen');
  printk(kernel, KERN.WARNING, '------------[ cut here ]------------');
  printk(kernel, KERN.CRIT, 'kernel BUG at lib/string_helpers.c:1027!');
  printk(kernel, KERN.WARNING, `${diePrefix(kernel)}invalid opcode: 0000 [#1]${dieWords(kernel)}`);
  addTaint(kernel, TAINT.DIE, 'LOCKDEP_NOW_UNRELIABLE');
  throw new TaskKilled('SIGSEGV');
}
