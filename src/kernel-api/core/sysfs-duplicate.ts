import { KERN, printk } from '../../kernel/log/printk.ts';
import { dumpStack } from './faults/dump.ts';
import type { Session } from './session.ts';

/** `sysfs_warn_dup`, fs/sysfs/dir.c. `path`: below /, as the tree has it. */
export function sysfsWarnDuplicate(session: Session, path: string): void {
  const shown = path.replace(/^sys(?=\/)/, '');
  printk(session.kernel, KERN.WARNING, `sysfs: cannot create duplicate filename '${shown}'`);
  dumpStack(session);
}

/** What `kobject_add_internal`, lib/kobject.c, says when sysfs has the name already. */
export function kobjectNameTaken(session: Session, path: string): void {
  sysfsWarnDuplicate(session, path);
  const name = path.slice(path.lastIndexOf('/') + 1);
  const advice = "don't try to register things with the same name in the same directory.";
  printk(session.kernel, KERN.ERR, `kobject_add_internal failed for ${name} with -EEXIST, ${advice}`);
}
