import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from '../../../abi/file-mode.ts';
import { ENOTEMPTY } from '../../../abi/negative-errno.ts';
import { kfree, kzalloc } from '../../../kernel/memory/heap.ts';
import type { Address } from '../../../memory/address.ts';
import type { Session } from '../../core/session.ts';
import { writeBytes } from '../../guest-text.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';
import { initListHead, listAddTail, listDelInit, listEntries } from '../../lists.ts';
import { operationOf, putInode } from './inodes.ts';

/** `struct lockref`: the count stands behind the spinlock. */
const LOCKREF_COUNT = 4;

const at = (session: Session, dentry: Address, field: string): Address => session.at(dentry, 'dentry', field);
const nameAt = (session: Session, dentry: Address): Address =>
  session.pointerAt(at(session, dentry, 'd_name'), 'qstr', 'name');

function countOf(session: Session, dentry: Address): Address {
  return at(session, dentry, 'd_lockref') + LOCKREF_COUNT;
}

function changeCount(session: Session, dentry: Address, change: number): number {
  const place = countOf(session, dentry);
  const count = Math.max(0, session.memory.readU32(place) + change);
  session.memory.writeU32(place, count);
  return count;
}

/** `d_alloc`: a dentry of that name with one reference, below `parent`, whose reference it takes. */
function allocate(session: Session, parent: Address, name: string, superBlock: Address): Address {
  const { memory, kernel, fields } = session;
  const dentry = kzalloc(kernel, fields.size('dentry'));
  const text = kzalloc(kernel, name.length + 1);
  writeBytes(session, text, `${name}\0`);
  memory.writePointer(at(session, dentry, 'd_name') + fields.offset('qstr', 'name'), text);
  memory.writeU32(at(session, dentry, 'd_name') + 4, name.length);
  memory.writePointer(at(session, dentry, 'd_sb'), superBlock);
  memory.writePointer(at(session, dentry, 'd_parent'), parent || dentry);
  if (superBlock !== 0)
    memory.writePointer(at(session, dentry, 'd_op'), session.pointerAt(superBlock, 'super_block', 's_d_op'));
  for (const field of ['d_subdirs', 'd_child', 'd_lru']) initListHead(memory, at(session, dentry, field));
  changeCount(session, dentry, 1);
  if (parent === 0) return dentry;
  changeCount(session, parent, 1);
  listAddTail(memory, at(session, dentry, 'd_child'), at(session, parent, 'd_subdirs'));
  return dentry;
}

/** `DCACHE_ENTRY_TYPE`, include/linux/dcache.h. */
const ENTRY_TYPE = 0x700000;
/** `d_flags_for_inode`, by the type of the inode: `DCACHE_…_TYPE`; others are special. */
const TYPES: Readonly<Record<number, number>> = { [S_IFDIR]: 0x200000, [S_IFREG]: 0x400000, [S_IFLNK]: 0x600000 };
const SPECIAL_TYPE = 0x500000;

/** `__d_set_inode_and_type`, `__d_clear_type_and_inode`. */
function setInode(session: Session, dentry: Address, inode: Address): void {
  const { memory } = session;
  const flags = at(session, dentry, 'd_flags');
  const type = inode === 0 ? 0 : (TYPES[memory.readU16(session.at(inode, 'inode', 'i_mode')) & S_IFMT] ?? SPECIAL_TYPE);
  memory.writeU32(flags, (memory.readU32(flags) & ~ENTRY_TYPE) | type);
  memory.writePointer(at(session, dentry, 'd_inode'), inode);
}

/** `d_make_root`: the root of a file system; no inode, no dentry. */
export function makeRoot(session: Session, inode: Address): Address {
  if (inode === 0) return 0;
  const root = allocate(session, 0, '/', session.pointerAt(inode, 'inode', 'i_sb'));
  setInode(session, root, inode);
  return root;
}

/** `d_add`, `d_instantiate`: the hash that names are found by is the parent's list. */
function instantiate({ session, memory }: GuestCall, dentry: Address, inode: Address): void {
  setInode(session, dentry, inode);
  memory.writePointer(at(session, dentry, 'd_hash') + 8, dentry);
}

/** `d_drop`: no longer found by its name. */
function drop(session: Session, dentry: Address): void {
  session.memory.writePointer(at(session, dentry, 'd_hash') + 8, 0);
}

/** `dput`: what nobody holds and nobody can find goes, and then it lets go of its parent. */
function putDentry(session: Session, dentry: Address): void {
  for (let each = dentry; each !== 0; ) {
    if (changeCount(session, each, -1) > 0 || isKept(session, each)) return;
    const parent = session.pointerAt(each, 'dentry', 'd_parent');
    kill(session, each);
    each = parent === each ? 0 : parent;
  }
}

/** `retain_dentry`. */
function isKept(session: Session, dentry: Address): boolean {
  if (session.memory.readPointer(at(session, dentry, 'd_hash') + 8) === 0) return false;
  const own = operationOf(session, dentry, ['dentry', 'd_op'], ['dentry_operations', 'd_delete']);
  return own === 0 || session.callInt(own, dentry) === 0;
}

/** `__dentry_kill`. */
function kill(session: Session, dentry: Address): void {
  listDelInit(session.memory, at(session, dentry, 'd_child'));
  releaseInode(session, dentry);
  const release = operationOf(session, dentry, ['dentry', 'd_op'], ['dentry_operations', 'd_release']);
  if (release !== 0) session.call(release, dentry);
  kfree(session.kernel, nameAt(session, dentry));
  kfree(session.kernel, dentry);
}

/** `dentry_unlink_inode`. */
function releaseInode(session: Session, dentry: Address): void {
  const inode = session.pointerAt(dentry, 'dentry', 'd_inode');
  if (inode === 0) return;
  setInode(session, dentry, 0);
  const own = operationOf(session, dentry, ['dentry', 'd_op'], ['dentry_operations', 'd_iput']);
  if (own !== 0) session.call(own, dentry, inode);
  else putInode(session, inode);
}

/** `d_delete`: with one user the dentry stays and says that there is no such file. */
function deleteDentry(session: Session, dentry: Address): void {
  if (session.memory.readU32(countOf(session, dentry)) === 1) releaseInode(session, dentry);
  else drop(session, dentry);
}

/** `d_genocide` and `shrink_dcache_for_umount`: a tree goes, leaves first. */
export function killTree(session: Session, dentry: Address): void {
  for (const link of listEntries(session.memory, at(session, dentry, 'd_subdirs')))
    killTree(session, link - session.fields.offset('dentry', 'd_child'));
  kill(session, dentry);
}

function childNamed(session: Session, parent: Address, name: string): Address {
  const links = listEntries(session.memory, at(session, parent, 'd_subdirs'));
  const children = links.map((link) => link - session.fields.offset('dentry', 'd_child'));
  return children.find((each) => session.memory.readCString(nameAt(session, each)) === name) ?? 0;
}

function lookup({ session, memory }: GuestCall, parent: Address, name: Address): Address {
  const length = memory.readU32(name + 4);
  const found = childNamed(session, parent, memory.readCString(session.pointerAt(name, 'qstr', 'name'), length));
  if (found !== 0) changeCount(session, found, 1);
  return found;
}

function allocateNamed(call: GuestCall): Address {
  const { session, memory } = call;
  const [parent, name] = [call.pointer(0), call.pointer(1)];
  const text = memory.readCString(session.pointerAt(name, 'qstr', 'name'), memory.readU32(name + 4));
  return allocate(session, parent, text, session.pointerAt(parent, 'dentry', 'd_sb'));
}

/** `simple_unlink`, `simple_rmdir`: the links are counted down, and the reference of the name goes. */
function unlink(call: GuestCall, links: number): number {
  const { session, memory } = call;
  const [directory, dentry] = [call.pointer(0), call.pointer(1)];
  if (links > 1 && listEntries(memory, at(session, dentry, 'd_subdirs')).length > 0) return ENOTEMPTY;
  const count = (inode: Address): void => {
    const place = session.at(inode, 'inode', 'i_nlink');
    memory.writeU32(place, Math.max(0, memory.readU32(place) - 1));
  };
  const inode = session.pointerAt(dentry, 'dentry', 'd_inode');
  for (let index = 0; index < links; index++) count(inode);
  if (links > 1) count(directory);
  putDentry(session, dentry);
  return 0;
}

/** Names of the file systems that modules bring: fs/dcache.c. */
export const dentryFunctions = () => [
  ...rowsOf('fs/dcache.c', [
    ['struct dentry *d_make_root(struct inode *root_inode)', (call) => makeRoot(call.session, call.pointer(0))],
    ['struct dentry *d_alloc(struct dentry *parent, const struct qstr *name)', allocateNamed],
    [
      'struct dentry *d_alloc_name(struct dentry *parent, const char *name)',
      (call) => {
        const parent = call.pointer(0);
        return allocate(call.session, parent, call.string(1), call.session.pointerAt(parent, 'dentry', 'd_sb'));
      },
    ],
    [
      'void d_add(struct dentry *entry, struct inode *inode)',
      (call) => instantiate(call, call.pointer(0), call.pointer(1)),
    ],
    [
      'void d_instantiate(struct dentry *entry, struct inode *inode)',
      (call) => instantiate(call, call.pointer(0), call.pointer(1)),
    ],
    ['void d_drop(struct dentry *dentry)', (call) => drop(call.session, call.pointer(0))],
    ['void __d_drop(struct dentry *dentry)', (call) => drop(call.session, call.pointer(0))],
    ['void d_delete(struct dentry *dentry)', (call) => deleteDentry(call.session, call.pointer(0))],
    ['void dput(struct dentry *dentry)', (call) => putDentry(call.session, call.pointer(0))],
    [
      'struct dentry *d_lookup(const struct dentry *parent, const struct qstr *name)',
      (call) => lookup(call, call.pointer(0), call.pointer(1)),
    ],
  ]),
  ...rowsOf('lib/lockref.c', [
    [
      'void lockref_get(struct lockref *lockref)',
      (call) => {
        const count = call.pointer(0) + LOCKREF_COUNT;
        call.memory.writeU32(count, call.memory.readU32(count) + 1);
      },
    ],
  ]),
  ...rowsOf('fs/libfs.c', [
    ['int simple_unlink(struct inode *dir, struct dentry *dentry)', (call) => unlink(call, 1)],
    ['int simple_rmdir(struct inode *dir, struct dentry *dentry)', (call) => unlink(call, 2)],
    ['int always_delete_dentry(const struct dentry *dentry)', () => 1],
  ]),
];
