import { kfree, kzalloc } from '../../../kernel/memory/heap.ts';
import { subsystem } from '../../../kernel/subsystem.ts';
import type { Address } from '../../../memory/address.ts';
import type { Session } from '../../core/session.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';
import { initListHead } from '../../lists.ts';

/** `get_next_ino`. */
const inodeState = subsystem('inodes', () => ({ next: 1 }));

/** A function of the operations that a field of an object names; 0 when there is none. */
export function operationOf(
  session: Session,
  object: Address,
  [structure, field]: readonly [structure: string, field: string],
  [operations, name]: readonly [operations: string, name: string],
): Address {
  const table = session.pointerAt(object, structure, field);
  return table === 0 ? 0 : session.pointerAt(table, operations, name);
}

function superOperation(session: Session, superBlock: Address, name: string): Address {
  if (superBlock === 0) return 0;
  return operationOf(session, superBlock, ['super_block', 's_op'], ['super_operations', name]);
}

/** `new_inode`: by the file system's own `alloc_inode`, if it has one; `inode_init_always`. */
export function newInode(session: Session, superBlock: Address): Address {
  const { memory, kernel, fields } = session;
  const own = superOperation(session, superBlock, 'alloc_inode');
  const inode =
    own === 0 ? kzalloc(kernel, fields.size('inode')) : Number(BigInt.asIntN(64, session.call(own, superBlock)));
  if (inode === 0) return 0;
  const at = (field: string): Address => session.at(inode, 'inode', field);
  const mapping = at('i_data');
  memory.writePointer(at('i_sb'), superBlock);
  memory.writePointer(at('i_mapping'), mapping);
  memory.writePointer(session.at(mapping, 'address_space', 'host'), inode);
  memory.writeU32(at('i_count'), 1);
  memory.writeU32(at('i_nlink'), 1);
  for (const field of ['i_sb_list', 'i_lru', 'i_io_list', 'i_wb_list']) {
    if (fields.find('inode', field) !== undefined) initListHead(memory, at(field));
  }
  return inode;
}

/** `iput`: the last reference gives the inode back. */
export function putInode(session: Session, inode: Address): void {
  if (inode === 0) return;
  const { memory, kernel } = session;
  const count = session.at(inode, 'inode', 'i_count');
  const left = memory.readU32(count) - 1;
  memory.writeU32(count, Math.max(0, left));
  if (left > 0) return;
  const superBlock = session.pointerAt(inode, 'inode', 'i_sb');
  const evict = superOperation(session, superBlock, 'evict_inode');
  if (evict !== 0) session.call(evict, inode);
  const destroy = superOperation(session, superBlock, 'destroy_inode');
  if (destroy !== 0) session.call(destroy, inode);
  const free = superOperation(session, superBlock, 'free_inode');
  if (free !== 0) session.call(free, inode);
  else if (destroy === 0) kfree(kernel, inode);
}

function countLinks({ session, memory }: GuestCall, inode: Address, change: (links: number) => number): void {
  const links = session.at(inode, 'inode', 'i_nlink');
  memory.writeU32(links, change(memory.readU32(links)));
}

/** Inodes of the file systems that modules bring. */
export const inodeFunctions = () => [
  ...rowsOf('fs/inode.c', [
    ['struct inode *new_inode(struct super_block *sb)', (call) => newInode(call.session, call.pointer(0))],
    ['void iput(struct inode *inode)', (call) => putInode(call.session, call.pointer(0))],
    [
      'void ihold(struct inode *inode)',
      (call) => {
        const count = call.session.at(call.pointer(0), 'inode', 'i_count');
        call.memory.writeU32(count, call.memory.readU32(count) + 1);
      },
    ],
    ['void free_inode_nonrcu(struct inode *inode)', (call) => kfree(call.kernel, call.pointer(0))],
    ['unsigned int get_next_ino(void)', (call) => inodeState(call.kernel).next++],
    ['void inc_nlink(struct inode *inode)', (call) => countLinks(call, call.pointer(0), (links) => links + 1)],
    [
      'void drop_nlink(struct inode *inode)',
      (call) => countLinks(call, call.pointer(0), (links) => Math.max(0, links - 1)),
    ],
    ['void clear_nlink(struct inode *inode)', (call) => countLinks(call, call.pointer(0), () => 0)],
    [
      'void set_nlink(struct inode *inode, unsigned int nlink)',
      (call) => {
        const wanted = call.unsigned(1);
        countLinks(call, call.pointer(0), () => wanted);
      },
    ],
    ['int generic_delete_inode(struct inode *inode)', () => 1],
  ]),
];
