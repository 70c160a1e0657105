import { ENODEV, isErrorValue } from '../../../abi/negative-errno.ts';
import { kfree, kzalloc } from '../../../kernel/memory/heap.ts';
import { type Address, addressFromBits } from '../../../memory/address.ts';
import type { Session } from '../../core/session.ts';
import { copyInString } from '../../guest-text.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';
import { initListHead } from '../../lists.ts';
import { getModule, putModule } from '../module-references.ts';
import { killTree, makeRoot } from './dentries.ts';
import { newInode } from './inodes.ts';

const S_IFDIR_755 = 0o040755;

function make(session: Session, structure: string): Address {
  return kzalloc(session.kernel, session.fields.size(structure) || 256);
}

/** `alloc_super`. */
function makeSuperBlock(session: Session, type: Address): Address {
  const { memory, fields } = session;
  const superBlock = make(session, 'super_block');
  memory.writePointer(session.at(superBlock, 'super_block', 's_type'), type);
  memory.writeU32(session.at(superBlock, 'super_block', 's_active'), 1);
  for (const field of ['s_inodes', 's_list', 's_instances']) {
    if (fields.find('super_block', field) !== undefined)
      initListHead(memory, session.at(superBlock, 'super_block', field));
  }
  return superBlock;
}

/** `get_tree_nodev`, `get_tree_single`: a fresh superblock that the file system fills. 0 or a negative errno. */
function getTree({ session, memory }: GuestCall, context: Address, fill: Address): number {
  const superBlock = makeSuperBlock(session, session.pointerAt(context, 'fs_context', 'fs_type'));
  const info = session.at(context, 'fs_context', 's_fs_info');
  memory.writePointer(session.at(superBlock, 'super_block', 's_fs_info'), memory.readPointer(info));
  memory.writePointer(info, 0);
  const error = session.callInt(fill, superBlock, context);
  if (error !== 0) return error;
  const root = session.pointerAt(superBlock, 'super_block', 's_root');
  memory.writePointer(session.at(context, 'fs_context', 'root'), root);
  return 0;
}

/** The root of a pseudo file system, and of one whose own code makes none: a directory. */
function pseudoRoot(session: Session, type: Address, operations: Address): Address {
  const { memory } = session;
  const superBlock = makeSuperBlock(session, type);
  memory.writePointer(session.at(superBlock, 'super_block', 's_op'), operations);
  const inode = newInode(session, superBlock);
  memory.writeU16(session.at(inode, 'inode', 'i_mode'), S_IFDIR_755);
  const root = makeRoot(session, inode);
  memory.writePointer(session.at(superBlock, 'super_block', 's_root'), root);
  return root;
}

/** `fs_context_for_mount` and `vfs_get_tree`: the root, or a negative errno. */
function rootOf(session: Session, type: Address): Address {
  const { memory, kernel } = session;
  const init = session.pointerAt(type, 'file_system_type', 'init_fs_context');
  if (init === 0) return mountedRoot(session, type);
  const context = make(session, 'fs_context');
  memory.writePointer(session.at(context, 'fs_context', 'fs_type'), type);
  const error = session.callInt(init, context);
  const root = error === 0 ? contextRoot(session, type, context) : error;
  kfree(kernel, context);
  return root;
}

function contextRoot(session: Session, type: Address, context: Address): Address {
  const operations = session.pointerAt(context, 'fs_context', 'ops');
  if (operations === 0) {
    const pseudo = session.pointerAt(context, 'fs_context', 'fs_private');
    return pseudoRoot(session, type, pseudo === 0 ? 0 : session.pointerAt(pseudo, 'pseudo_fs_context', 'ops'));
  }
  const error = session.callInt(session.pointerAt(operations, 'fs_context_operations', 'get_tree'), context);
  return error === 0 ? session.pointerAt(context, 'fs_context', 'root') : error;
}

/** `legacy_get_tree`. */
function mountedRoot(session: Session, type: Address): Address {
  const mount = session.pointerAt(type, 'file_system_type', 'mount');
  if (mount === 0) return pseudoRoot(session, type, 0);
  const name = session.memory.readCString(session.pointerAt(type, 'file_system_type', 'name'));
  return addressFromBits(session.call(mount, type, 0, copyInString(session, name), 0));
}

/** `vfs_kern_mount`: the mount, or a negative errno. */
function mount(session: Session, type: Address): Address {
  if (type === 0) return ENODEV;
  const root = rootOf(session, type);
  if (root === 0 || isErrorValue(root)) return root === 0 ? ENODEV : root;
  getModule(session, session.pointerAt(type, 'file_system_type', 'owner'));
  const mounted = make(session, 'vfsmount');
  session.memory.writePointer(session.at(mounted, 'vfsmount', 'mnt_root'), root);
  session.memory.writePointer(session.at(mounted, 'vfsmount', 'mnt_sb'), session.pointerAt(root, 'dentry', 'd_sb'));
  return mounted;
}

/** `mntput` of the last user: the file system's `kill_sb`. */
function unmount(session: Session, mounted: Address): void {
  if (mounted === 0 || isErrorValue(mounted)) return;
  const superBlock = session.pointerAt(mounted, 'vfsmount', 'mnt_sb');
  const type = session.pointerAt(superBlock, 'super_block', 's_type');
  const kill = type === 0 ? 0 : session.pointerAt(type, 'file_system_type', 'kill_sb');
  if (kill !== 0) session.call(kill, superBlock);
  if (type !== 0) putModule(session, session.pointerAt(type, 'file_system_type', 'owner'));
  kfree(session.kernel, superBlock);
  kfree(session.kernel, mounted);
}

/** `generic_shutdown_super`, and what all the kernel's `kill_sb` functions do. */
function killSuper(call: GuestCall): void {
  const { session } = call;
  const superBlock = call.pointer(0);
  const root = session.pointerAt(superBlock, 'super_block', 's_root');
  if (root !== 0) killTree(session, root);
  session.memory.writePointer(session.at(superBlock, 'super_block', 's_root'), 0);
  const operations = session.pointerAt(superBlock, 'super_block', 's_op');
  const put = operations === 0 ? 0 : session.pointerAt(operations, 'super_operations', 'put_super');
  if (put !== 0) session.call(put, superBlock);
}

/** `simple_pin_fs`: mounted by the first who wants it. */
function pin(call: GuestCall): number {
  const { session, memory } = call;
  const [type, place, count] = [call.pointer(0), call.pointer(1), call.pointer(2)];
  if (memory.readPointer(place) === 0) {
    const mounted = mount(session, type);
    if (isErrorValue(mounted)) return mounted;
    memory.writePointer(place, mounted);
  }
  memory.writeU32(count, memory.readU32(count) + 1);
  return 0;
}

function unpin(call: GuestCall): void {
  const { session, memory } = call;
  const [place, count] = [call.pointer(0), call.pointer(1)];
  const left = Math.max(0, memory.readU32(count) - 1);
  memory.writeU32(count, left);
  if (left > 0) return;
  const mounted = memory.readPointer(place);
  memory.writePointer(place, 0);
  unmount(session, mounted);
}

/** `init_pseudo`: the mount sees by the missing operations what the file system is. */
function initPseudo(call: GuestCall): Address {
  const pseudo = make(call.session, 'pseudo_fs_context');
  call.memory.writePointer(call.session.at(call.pointer(0), 'fs_context', 'fs_private'), pseudo);
  return pseudo;
}

/** Mounts that modules make inside the kernel. */
export const mountFunctions = () => [
  ...rowsOf('fs/libfs.c', [
    ['int simple_pin_fs(struct file_system_type *type, struct vfsmount **mount, int *count)', pin],
    ['void simple_release_fs(struct vfsmount **mount, int *count)', unpin],
    ['struct pseudo_fs_context *init_pseudo(struct fs_context *fc, unsigned long magic)', initPseudo],
  ]),
  ...rowsOf('fs/namespace.c', [
    ['struct vfsmount *kern_mount(struct file_system_type *type)', (call) => mount(call.session, call.pointer(0))],
    ['void kern_unmount(struct vfsmount *mnt)', (call) => unmount(call.session, call.pointer(0))],
    [
      'struct vfsmount *vfs_kern_mount(struct file_system_type *type, int flags, const char *name, void *data)',
      (call) => mount(call.session, call.pointer(0)),
    ],
    ['struct vfsmount *mntget(struct vfsmount *mnt)', (call) => call.pointer(0)],
    ['void mntput(struct vfsmount *mnt)', () => undefined],
  ]),
  ...rowsOf('fs/super.c', [
    [
      'int get_tree_single(struct fs_context *fc, int (*fill_super)(struct super_block *sb, struct fs_context *fc))',
      (call) => getTree(call, call.pointer(0), call.pointer(1)),
    ],
    [
      'int get_tree_nodev(struct fs_context *fc, int (*fill_super)(struct super_block *sb, struct fs_context *fc))',
      (call) => getTree(call, call.pointer(0), call.pointer(1)),
    ],
    ['void kill_litter_super(struct super_block *sb)', killSuper],
    ['void kill_anon_super(struct super_block *sb)', killSuper],
    ['void generic_shutdown_super(struct super_block *sb)', killSuper],
  ]),
];
