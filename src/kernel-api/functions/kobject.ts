import { kfree, kzalloc } from '../../kernel/heap.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { subsystem } from '../../kernel/subsystem.ts';
import type { Address } from '../../memory/address.ts';
import type { Session } from '../core/session.ts';
import { warn } from '../core/warn.ts';
import { copyInString } from '../guest-text.ts';
import { doing, type GuestCall, rowsOf } from '../kernel-function.ts';
import { addTreeNode, findByObject, findTreeNode, removeTree } from '../vfs/tree.ts';
import { format, variadic } from './printk.ts';

const EEXIST = -17;
const EINVAL = -22;
/** Directories of /sys that exported kobject pointers name. */
const KNOWN: Readonly<Record<string, string>> = {
  kernel_kobj: 'sys/kernel',
  fs_kobj: 'sys/fs',
  mm_kobj: 'sys/kernel/mm',
  firmware_kobj: 'sys/firmware',
  hypervisor_kobj: 'sys/hypervisor',
  power_kobj: 'sys/power',
};

/** Kobjects made by `kobject_create`: attributes get the kobject itself. */
const dynamicKobjects = subsystem('kobject', () => ({ dynamic: [] as Address[] }));

/** Whether a kobject is of `dynamic_kobj_ktype`. */
export function isDynamic(kernel: Kernel, kobject: Address): boolean {
  return dynamicKobjects(kernel).dynamic.includes(kobject);
}

/** The directory of a kobject below /; undefined for one that was not added. */
export function kobjectPath(session: Session, kobject: Address): string | undefined {
  if (kobject === 0) return undefined;
  const node = findByObject(session.kernel, 'sys', kobject);
  if (node) return node.path;
  return Object.entries(KNOWN).find(([name]) => {
    const symbol = session.kernel.profile.exports.find(name);
    return (
      symbol !== undefined &&
      session.memory.find(symbol.address) &&
      session.memory.readPointer(symbol.address) === kobject
    );
  })?.[1];
}

/** `kobject_name`. */
export function kobjectName(session: Session, kobject: Address): string {
  const name = session.pointerAt(kobject, 'kobject', 'name');
  return name === 0 ? '' : session.memory.readCString(name);
}

/** `kobject_set_name`. */
export function setKobjectName(session: Session, kobject: Address, name: string): void {
  session.memory.writePointer(session.at(kobject, 'kobject', 'name'), copyInString(session, name.replaceAll('/', '!')));
}

/** `kobject_init`: one reference, no directory. */
export function initKobject(session: Session, kobject: Address, ktype: Address): void {
  const { memory } = session;
  const entry = session.at(kobject, 'kobject', 'entry');
  memory.writePointer(entry, entry);
  memory.writePointer(entry + 8, entry);
  memory.writeU32(session.at(kobject, 'kobject', 'kref'), 1);
  memory.writePointer(session.at(kobject, 'kobject', 'ktype'), ktype);
}

/** `kobject_add_internal`: a directory below the parent's, with the type's default attributes. 0 or a negative errno. */
export function addKobject(session: Session, kobject: Address, parent: Address, base = 'sys'): number {
  const name = kobjectName(session, kobject);
  if (name === '') return EINVAL;
  const directory = kobjectPath(session, parent) ?? base;
  const path = `${directory}/${name}`;
  if (findTreeNode(session.kernel, path)) {
    warn(session, {
      place: 'fs/sysfs/dir.c:31',
      where: 'sysfs_warn_dup',
      message: `sysfs: cannot create duplicate filename '${path.slice(3)}'`,
    });
    return EEXIST;
  }
  session.memory.writePointer(session.at(kobject, 'kobject', 'parent'), parent);
  addTreeNode(session.kernel, { path, kind: 'directory', mode: 0o755, object: kobject });
  addDefaultGroups(session, kobject, path);
  return 0;
}

function addDefaultGroups(session: Session, kobject: Address, path: string): void {
  const ktype = session.pointerAt(kobject, 'kobject', 'ktype');
  if (ktype === 0) return;
  const groups = session.pointerAt(ktype, 'kobj_type', 'default_groups');
  if (groups !== 0)
    for (const group of pointers(session, groups))
      addGroup(session, { kobject, path, group, structure: 'ktype', object: kobject });
}

/** A NULL-terminated array of pointers. */
export function pointers(session: Session, array: Address): Address[] {
  const found: Address[] = [];
  for (let at = array; ; at += 8) {
    const value = session.memory.readPointer(at);
    if (value === 0) return found;
    found.push(value);
  }
}

/** Where attributes of a group go, and who answers for them. */
export interface GroupPlace {
  readonly kobject: Address;
  readonly path: string;
  readonly group: Address;
  /** What holds `show` and `store`: `kobj_attribute`, `device_attribute`, `ktype`, … */
  readonly structure: string;
  readonly object: Address;
}

/** `internal_create_group`: its attributes, in a directory of its own when it has a name. */
export function addGroup(session: Session, place: GroupPlace): void {
  const { memory } = session;
  const { group } = place;
  const nameAt = session.pointerAt(group, 'attribute_group', 'name');
  const name = nameAt === 0 ? '' : memory.readCString(nameAt);
  const directory = name === '' ? place.path : `${place.path}/${name}`;
  if (name !== '') addTreeNode(session.kernel, { path: directory, kind: 'directory', mode: 0o755, object: 0 });
  const isVisible = session.pointerAt(group, 'attribute_group', 'is_visible');
  const attributes = session.pointerAt(group, 'attribute_group', 'attrs');
  if (attributes !== 0) {
    pointers(session, attributes).forEach((attribute, index) => {
      const mode = isVisible === 0 ? undefined : session.callInt(isVisible, place.kobject, attribute, index) & 0o7777;
      if (mode !== 0) addAttribute(session, directory, attribute, place.structure, place.object, mode);
    });
  }
  const binary = session.pointerAt(group, 'attribute_group', 'bin_attrs');
  if (binary !== 0)
    for (const each of pointers(session, binary))
      addAttribute(session, directory, each, 'bin_attribute', place.kobject);
}

/** `sysfs_add_file_mode_ns`: a file that a `struct attribute` describes. 0 or -EEXIST. */
export function addAttribute(
  session: Session,
  directory: string,
  attribute: Address,
  structure: string,
  object: Address,
  mode?: number,
): number {
  const { memory, kernel } = session;
  const name = memory.readCString(session.pointerAt(attribute, 'attribute', 'name'));
  const own = memory.readU16(session.at(attribute, 'attribute', 'mode')) & 0o7777;
  const path = `${directory}/${name}`;
  if (findTreeNode(kernel, path)) return EEXIST;
  const source = { kind: 'attribute', structure, attribute, object } as const;
  addTreeNode(kernel, { path, kind: 'file', mode: mode ?? own, object: 0, source });
  return 0;
}

/** `kobject_del`. */
function deleteKobject(session: Session, kobject: Address): void {
  const path = kobjectPath(session, kobject);
  if (path && findTreeNode(session.kernel, path)) removeTree(session.kernel, path);
}

/** `kobject_put`: the last reference takes the directory away and calls the type's release. */
function putKobject(session: Session, kobject: Address): void {
  if (kobject === 0) return;
  const { memory, kernel } = session;
  const count = session.at(kobject, 'kobject', 'kref');
  const left = Math.max(0, memory.readU32(count) - 1);
  memory.writeU32(count, left);
  if (left > 0) return;
  deleteKobject(session, kobject);
  const { dynamic } = dynamicKobjects(kernel);
  if (dynamic.includes(kobject)) {
    dynamic.splice(dynamic.indexOf(kobject), 1);
    kfree(kernel, kobject);
    return;
  }
  const ktype = session.pointerAt(kobject, 'kobject', 'ktype');
  const release = ktype === 0 ? 0 : session.pointerAt(ktype, 'kobj_type', 'release');
  if (release !== 0) session.call(release, kobject);
}

function getKobject(session: Session, kobject: Address): Address {
  if (kobject !== 0) {
    const count = session.at(kobject, 'kobject', 'kref');
    session.memory.writeU32(count, session.memory.readU32(count) + 1);
  }
  return kobject;
}

/** `kobject_create_and_add`: the kobject, or NULL. */
function createKobject(session: Session, name: string, parent: Address): Address {
  const kobject = kzalloc(session.kernel, session.fields.size('kobject'));
  dynamicKobjects(session.kernel).dynamic.push(kobject);
  initKobject(session, kobject, 0);
  setKobjectName(session, kobject, name);
  return addKobject(session, kobject, parent) === 0 ? kobject : 0;
}

/** The kobject that is embedded in a kset at its `kobj`. */
function ksetKobject(session: Session, kset: Address): Address {
  return session.at(kset, 'kset', 'kobj');
}

function createKset(call: GuestCall): Address {
  const { session } = call;
  const [name, parent] = [call.string(0), call.pointer(2)];
  const kset = kzalloc(call.kernel, session.fields.size('kset'));
  const kobject = ksetKobject(session, kset);
  initKobject(session, kobject, 0);
  setKobjectName(session, kobject, name);
  return addKobject(session, kobject, parent) === 0 ? kset : 0;
}

/** The parent of a kobject that has none is its kset. */
function parentOf(session: Session, kobject: Address, parent: Address): Address {
  if (parent !== 0) return parent;
  const kset = session.pointerAt(kobject, 'kobject', 'kset');
  return kset === 0 ? 0 : ksetKobject(session, kset);
}

/** Kobjects: lib/kobject.c. */
export const kobjectFunctions = rowsOf('lib/kobject.c', [
  [
    'struct kobject *kobject_create_and_add(const char *name, struct kobject *parent)',
    (call) => createKobject(call.session, call.string(0), call.pointer(1)),
  ],
  [
    'void kobject_init(struct kobject *kobj, const struct kobj_type *ktype)',
    (call) => initKobject(call.session, call.pointer(0), call.pointer(1)),
  ],
  [
    'int kobject_add(struct kobject *kobj, struct kobject *parent, const char *fmt, ...)',
    (call) => {
      const [kobject, parent] = [call.pointer(0), call.pointer(1)];
      setKobjectName(call.session, kobject, format(call, call.string(2), variadic(call, 3)));
      return addKobject(call.session, kobject, parentOf(call.session, kobject, parent));
    },
  ],
  [
    'int kobject_init_and_add(struct kobject *kobj, const struct kobj_type *ktype, struct kobject *parent, const char *fmt, ...)',
    (call) => {
      const [kobject, ktype, parent] = [call.pointer(0), call.pointer(1), call.pointer(2)];
      const name = format(call, call.string(3), variadic(call, 4));
      initKobject(call.session, kobject, ktype);
      setKobjectName(call.session, kobject, name);
      return addKobject(call.session, kobject, parentOf(call.session, kobject, parent));
    },
  ],
  [
    'int kobject_set_name(struct kobject *kobj, const char *fmt, ...)',
    doing((call) => setKobjectName(call.session, call.pointer(0), format(call, call.string(1), variadic(call, 2))), 0),
  ],
  ['struct kobject *kobject_get(struct kobject *kobj)', (call) => getKobject(call.session, call.pointer(0))],
  ['void kobject_put(struct kobject *kobj)', (call) => putKobject(call.session, call.pointer(0))],
  ['void kobject_del(struct kobject *kobj)', (call) => deleteKobject(call.session, call.pointer(0))],
  ['int kobject_uevent(struct kobject *kobj, enum kobject_action action)', () => 0],
  ['int kobject_uevent_env(struct kobject *kobj, enum kobject_action action, char *envp_ext[])', () => 0],
  ['int add_uevent_var(struct kobj_uevent_env *env, const char *format, ...)', () => 0],
  [
    'char *kobject_get_path(const struct kobject *kobj, gfp_t gfp_mask)',
    (call) => copyInString(call.session, (kobjectPath(call.session, call.pointer(0)) ?? 'sys').slice('sys'.length)),
  ],
  [
    'struct kset *kset_create_and_add(const char *name, const struct kset_uevent_ops *uevent_ops, struct kobject *parent_kobj)',
    createKset,
  ],
  [
    'int kset_register(struct kset *k)',
    (call) => {
      const kobject = ksetKobject(call.session, call.pointer(0));
      initKobject(call.session, kobject, call.session.pointerAt(kobject, 'kobject', 'ktype'));
      return addKobject(
        call.session,
        kobject,
        parentOf(call.session, kobject, call.session.pointerAt(kobject, 'kobject', 'parent')),
      );
    },
  ],
  [
    'void kset_unregister(struct kset *k)',
    (call) => putKobject(call.session, ksetKobject(call.session, call.pointer(0))),
  ],
]);
