import { EEXIST, EINVAL, ENOENT } from '../../../abi/negative-errno.ts';
import { type Address, PAGE_SIZE } from '../../../memory/address.ts';
import { warn } from '../../core/faults/warn.ts';
import { sysfsWarnDuplicate } from '../../core/sysfs-duplicate.ts';
import { writeBytes } from '../../guest-text.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';
import { addTreeNode, findTreeNode, removeTree } from '../../vfs/tree.ts';
import { format, variadic } from '../text/printk.ts';
import { deviceOfKobject } from './devices.ts';
import { addAttribute, addGroup, isDynamic, kobjectName, kobjectPath, pointers } from './kobject.ts';

/** Who answers for attributes of a kobject: its own kind, its device, or its type's operations. */
function owner(call: GuestCall, kobject: Address): { structure: string; object: Address } {
  if (isDynamic(call.kernel, kobject)) return { structure: 'kobj_attribute', object: kobject };
  const device = deviceOfKobject(call.kernel, kobject);
  if (device !== undefined) return { structure: 'device_attribute', object: device };
  const ktype = call.session.pointerAt(kobject, 'kobject', 'ktype');
  return ktype === 0 ? { structure: 'kobj_attribute', object: kobject } : { structure: 'ktype', object: kobject };
}

function createFile(call: GuestCall, attribute: Address): number {
  const kobject = call.pointer(0);
  const directory = kobjectPath(call.session, kobject);
  if (directory === undefined) return EINVAL;
  const { structure, object } = owner(call, kobject);
  return addAttribute(call.session, directory, attribute, structure, object);
}

function removeFile(call: GuestCall, attribute: Address): void {
  const directory = kobjectPath(call.session, call.pointer(0));
  const name = call.memory.readCString(call.session.pointerAt(attribute, 'attribute', 'name'));
  if (directory !== undefined) removeTree(call.kernel, `${directory}/${name}`);
}

function createGroup(call: GuestCall, group: Address): number {
  const kobject = call.pointer(0);
  const path = kobjectPath(call.session, kobject);
  if (path === undefined) return EINVAL;
  const { session } = call;
  const [name, attributes, binary] = ['name', 'attrs', 'bin_attrs'].map((field) =>
    session.pointerAt(group, 'attribute_group', field),
  );
  if (attributes === 0 && binary === 0) {
    const shown = `${kobjectName(session, kobject)}/${name ? call.memory.readCString(name) : ''}`;
    const message = `sysfs: (bin_)attrs not set by subsystem for group: ${shown}`;
    warn(session, { place: 'fs/sysfs/group.c:122', where: 'internal_create_group+0x27a/0x3a0', message });
    return EINVAL;
  }
  if (name && findTreeNode(call.kernel, `${path}/${call.memory.readCString(name)}`)) {
    sysfsWarnDuplicate(session, `${path}/${call.memory.readCString(name)}`);
    return EEXIST;
  }
  addGroup(call.session, { kobject, path, group, ...owner(call, kobject) });
  return 0;
}

/** `sysfs_merge_group`: more attributes for a named group that is there. */
function mergeGroup(call: GuestCall, group: Address): number {
  const { session, memory, kernel } = call;
  const kobject = call.pointer(0);
  const directory = `${kobjectPath(session, kobject)}/${memory.readCString(session.pointerAt(group, 'attribute_group', 'name'))}`;
  if (!findTreeNode(kernel, directory)) return ENOENT;
  const { structure, object } = owner(call, kobject);
  for (const attribute of pointers(session, session.pointerAt(group, 'attribute_group', 'attrs'))) {
    const error = addAttribute(session, directory, attribute, structure, object);
    if (error < 0) return error;
  }
  return 0;
}

function removeGroup(call: GuestCall, group: Address): void {
  const { session, memory } = call;
  const path = kobjectPath(session, call.pointer(0));
  if (path === undefined) return;
  const name = session.pointerAt(group, 'attribute_group', 'name');
  if (name !== 0 && !findTreeNode(call.kernel, `${path}/${memory.readCString(name)}`)) {
    const message = `sysfs group '${memory.readCString(name)}' not found for kobject '${kobjectName(session, call.pointer(0))}'`;
    warn(session, { place: 'fs/sysfs/group.c:278', where: 'sysfs_remove_group+0x71/0x80', message });
    return;
  }
  if (name !== 0) {
    removeTree(call.kernel, `${path}/${memory.readCString(name)}`);
    return;
  }
  const attributes = session.pointerAt(group, 'attribute_group', 'attrs');
  for (const attribute of attributes === 0 ? [] : pointers(session, attributes)) removeFile(call, attribute);
}

function link(call: GuestCall): number {
  const directory = kobjectPath(call.session, call.pointer(0)) ?? 'sys';
  const target = kobjectPath(call.session, call.pointer(1));
  if (target === undefined) return EINVAL;
  addTreeNode(call.kernel, {
    path: `${directory}/${call.string(2)}`,
    kind: 'link',
    mode: 0o777,
    object: 0,
    target: `/${target}`,
  });
  return 0;
}

/** `sysfs_emit`: at most a page. */
function emitText(call: GuestCall, at: number, text: string): number {
  const cut = text.slice(0, PAGE_SIZE - at - 1);
  writeBytes(call.session, call.pointer(0) + at, `${cut}\0`);
  return cut.length;
}

/** Files, groups and links of sysfs: fs/sysfs. */
export const sysfsFunctions = () =>
  rowsOf('fs/sysfs/file.c', [
    [
      'int sysfs_create_file_ns(struct kobject *kobj, const struct attribute *attr, const void *ns)',
      (call) => createFile(call, call.pointer(1)),
    ],
    [
      'int sysfs_create_files(struct kobject *kobj, const struct attribute * const *attr)',
      (call) => {
        for (const attribute of pointers(call.session, call.pointer(1))) {
          const error = createFile(call, attribute);
          if (error < 0) return error;
        }
        return 0;
      },
    ],
    [
      'void sysfs_remove_file_ns(struct kobject *kobj, const struct attribute *attr, const void *ns)',
      (call) => removeFile(call, call.pointer(1)),
    ],
    [
      'void sysfs_remove_files(struct kobject *kobj, const struct attribute * const *attr)',
      (call) => {
        for (const attribute of pointers(call.session, call.pointer(1))) removeFile(call, attribute);
      },
    ],
    [
      'int sysfs_create_bin_file(struct kobject *kobj, const struct bin_attribute *attr)',
      (call) => {
        const path = kobjectPath(call.session, call.pointer(0));
        return path === undefined
          ? EINVAL
          : addAttribute(call.session, path, call.pointer(1), 'bin_attribute', call.pointer(0));
      },
    ],
    [
      'void sysfs_remove_bin_file(struct kobject *kobj, const struct bin_attribute *attr)',
      (call) => removeFile(call, call.pointer(1)),
    ],
    [
      'int sysfs_create_group(struct kobject *kobj, const struct attribute_group *grp)',
      (call) => createGroup(call, call.pointer(1)),
    ],
    [
      'int sysfs_update_group(struct kobject *kobj, const struct attribute_group *grp)',
      (call) => createGroup(call, call.pointer(1)),
    ],
    [
      'int sysfs_merge_group(struct kobject *kobj, const struct attribute_group *grp)',
      (call) => mergeGroup(call, call.pointer(1)),
    ],
    [
      'int sysfs_create_groups(struct kobject *kobj, const struct attribute_group **groups)',
      (call) => {
        if (call.pointer(1) !== 0)
          for (const group of pointers(call.session, call.pointer(1))) createGroup(call, group);
        return 0;
      },
    ],
    [
      'void sysfs_remove_group(struct kobject *kobj, const struct attribute_group *grp)',
      (call) => removeGroup(call, call.pointer(1)),
    ],
    [
      'void sysfs_remove_groups(struct kobject *kobj, const struct attribute_group **groups)',
      (call) => {
        if (call.pointer(1) !== 0)
          for (const group of pointers(call.session, call.pointer(1))) removeGroup(call, group);
      },
    ],
    ['int sysfs_create_link(struct kobject *kobj, struct kobject *target, const char *name)', link],
    ['int sysfs_create_link_nowarn(struct kobject *kobj, struct kobject *target, const char *name)', link],
    [
      'void sysfs_remove_link(struct kobject *kobj, const char *name)',
      (call) => removeTree(call.kernel, `${kobjectPath(call.session, call.pointer(0)) ?? 'sys'}/${call.string(1)}`),
    ],
    ['void sysfs_notify(struct kobject *kobj, const char *dir, const char *attr)', () => undefined],
    ['int sysfs_create_mount_point(struct kobject *parent_kobj, const char *name)', () => 0],
    ['void sysfs_remove_mount_point(struct kobject *parent_kobj, const char *name)', () => undefined],
    [
      'int sysfs_emit(char *buf, const char *fmt, ...)',
      (call) => emitText(call, 0, format(call, call.string(1), variadic(call, 2))),
    ],
    [
      'int sysfs_emit_at(char *buf, int at, const char *fmt, ...)',
      (call) => emitText(call, call.int(1), format(call, call.string(2), variadic(call, 3))),
    ],
  ]);
