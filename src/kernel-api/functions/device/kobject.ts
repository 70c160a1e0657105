import { EEXIST, EINVAL } from '../../../abi/negative-errno.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { kfree } from '../../../kernel/memory/heap.ts';
import { subsystem } from '../../../kernel/subsystem.ts';
import type { Address } from '../../../memory/address.ts';
import { warn } from '../../core/faults/warn.ts';
import { formatContext } from '../../core/format-session.ts';
import type { Session } from '../../core/session.ts';
import { kobjectNameTaken } from '../../core/sysfs-duplicate.ts';
import { copyInString } from '../../guest-text.ts';
import { addTreeNode, findByObject, findTreeNode, removeTree } from '../../vfs/tree.ts';
import { listArguments } from '../../vsprintf/format-context.ts';
import { vsprintf } from '../../vsprintf/vsprintf.ts';
import { REFCOUNT_UNDERFLOW, warnRefcount } from '../checks.ts';

const KREF_SIZE = 4;
/** `state_initialized`. */
const INITIALIZED = 1;

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
export const dynamicKobjects = subsystem('kobject', () => ({ dynamic: [] as Address[] }));

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
  const state = stateOf(session, kobject);
  memory.writeU8(state, memory.readU8(state) | INITIALIZED);
}

/** `state_initialized` and its neighbours: bits behind the reference count. */
function stateOf(session: Session, kobject: Address): Address {
  return session.at(kobject, 'kobject', 'kref') + KREF_SIZE;
}

/** `kobj->state_initialized`. */
export function isInitialized(session: Session, kobject: Address): boolean {
  return (session.memory.readU8(stateOf(session, kobject)) & INITIALIZED) !== 0;
}

/** A kobject as the messages of lib/kobject.c name it: `'name' (address)`. */
export function shownKobject(session: Session, kobject: Address): string {
  return `'${kobjectName(session, kobject) || '(null)'}' (${shownPointer(session, kobject)})`;
}

/** `%p`. */
export function shownPointer(session: Session, address: Address): string {
  return vsprintf(formatContext(session), '%p', listArguments([BigInt(address)]));
}

/** `kobject_add_internal`: a directory below the parent's, with the type's default attributes. 0 or a negative errno. */
export function addKobject(session: Session, kobject: Address, parent: Address, base = 'sys'): number {
  const name = kobjectName(session, kobject);
  if (name === '') {
    const message = `kobject: (${shownPointer(session, kobject)}): attempted to be registered with empty name!`;
    warn(session, { place: 'lib/kobject.c:210', where: 'kobject_add_internal+0x241/0x260', message });
    return EINVAL;
  }
  const directory = kobjectPath(session, parent) ?? base;
  const path = `${directory}/${name}`;
  if (findTreeNode(session.kernel, path)) {
    kobjectNameTaken(session, path);
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
export function deleteKobject(session: Session, kobject: Address): void {
  const path = kobjectPath(session, kobject);
  if (path && findTreeNode(session.kernel, path)) removeTree(session.kernel, path);
}

/**
 * Whether a kobject was not initialized: neither one of the kernel's own, whose structure is not filled, nor maybe one
 * that a function without a model should have initialized.
 */
function isLeftEmpty(session: Session, kobject: Address): boolean {
  return !isInitialized(session, kobject) && kobjectPath(session, kobject) === undefined && session.stubs.size === 0;
}

function putUninitialized(session: Session, kobject: Address): void {
  const message = `kobject: ${shownKobject(session, kobject)}: is not initialized, yet kobject_put() is being called.`;
  warn(session, { place: 'lib/kobject.c:726', where: 'kobject_put+0xbd/0x1d0', message });
  if (session.memory.readU32(session.at(kobject, 'kobject', 'kref')) === 0) warnRefcount(session, REFCOUNT_UNDERFLOW);
}

/** `kobject_put`: the last reference takes the directory away and calls the type's release. */
export function putKobject(session: Session, kobject: Address): void {
  if (kobject === 0) return;
  const { memory, kernel } = session;
  if (isLeftEmpty(session, kobject)) putUninitialized(session, kobject);
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
