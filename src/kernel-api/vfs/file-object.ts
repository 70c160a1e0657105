import { S_IFREG } from '../../abi/file-mode.ts';
import { kfree, kzalloc } from '../../kernel/memory/heap.ts';
import { subsystem } from '../../kernel/subsystem.ts';
import type { Address } from '../../memory/address.ts';
import type { Session } from '../core/session.ts';
import { writeBytes } from '../guest-text.ts';

/** open(2) flags: include/uapi/asm-generic/fcntl.h. */
export const O = {
  RDONLY: 0,
  WRONLY: 1,
  RDWR: 2,
  ACCMODE: 3,
  CREAT: 0o100,
  TRUNC: 0o1000,
  APPEND: 0o2000,
  NONBLOCK: 0o4000,
  LARGEFILE: 0o100000,
} as const;

/** A `struct file` and what hangs on it. */
export interface FileObject {
  readonly file: Address;
  readonly inode: Address;
  /** Where its position stands. */
  readonly position: Address;
}

/** `FMODE_*`, include/linux/fs.h. */
const FMODE = {
  READ: 1,
  WRITE: 2,
  LSEEK: 4,
  PREAD: 8,
  PWRITE: 16,
  ATOMIC_POS: 0x8000,
  WRITER: 0x10000,
  CAN_READ: 0x20000,
  CAN_WRITE: 0x40000,
  OPENED: 0x80000,
} as const;

/** The paths of open files, below / and without a slash in front, by their dentries. */
const pathState = subsystem('paths', () => ({ byDentry: {} as Record<string, string> }));

/** The path of a dentry that an open file stands on. */
export function dentryPath(session: Session, dentry: Address): string | undefined {
  return pathState(session.kernel).byDentry[dentry];
}

/** A `struct file` over an inode and a dentry. `path`: below /, without a slash in front. */
export function makeFile(session: Session, path: string, mode: number, flags: number): FileObject {
  const { memory, kernel, fields } = session;
  const inode = kzalloc(kernel, fields.size('inode'));
  const dentry = kzalloc(kernel, fields.size('dentry'));
  const file = kzalloc(kernel, fields.size('file'));
  writeName(session, dentry, path.slice(path.lastIndexOf('/') + 1));
  pathState(kernel).byDentry[dentry] = path;
  memory.writeU16(session.at(inode, 'inode', 'i_mode'), mode);
  memory.writePointer(session.at(dentry, 'dentry', 'd_parent'), dentry);
  memory.writePointer(session.at(dentry, 'dentry', 'd_inode'), inode);
  memory.writePointer(session.at(file, 'file', 'f_inode'), inode);
  memory.writePointer(session.at(file, 'file', 'f_path') + fields.offset('path', 'dentry'), dentry);
  memory.writeU32(session.at(file, 'file', 'f_flags'), flags | O.LARGEFILE);
  memory.writeU64(session.at(file, 'file', 'f_count'), 1n);
  memory.writeU32(session.at(file, 'file', 'f_mode'), fileMode(flags, mode));
  return { file, inode, position: session.at(file, 'file', 'f_pos') };
}

/** A short name stands in the dentry itself (`DNAME_INLINE_LEN`), a longer one outside. */
function writeName(session: Session, dentry: Address, name: string): void {
  const { memory, kernel, fields } = session;
  const inline = session.at(dentry, 'dentry', 'd_iname');
  const room = session.at(dentry, 'dentry', 'd_lockref') - inline;
  const text = name.length < room ? inline : kzalloc(kernel, name.length + 1);
  writeBytes(session, text, name);
  const quick = session.at(dentry, 'dentry', 'd_name');
  memory.writePointer(quick + fields.offset('qstr', 'name'), text);
  memory.writeU32(quick + fields.offset('qstr', 'len'), name.length);
}

/**
 * `do_dentry_open`, fs/open.c, behind `open`: the file is open, what its functions allow is known, and the flags that
 * mattered only while it was opened are gone.
 */
export function finishOpen(session: Session, file: Address): void {
  const { memory } = session;
  const flags = session.at(file, 'file', 'f_flags');
  memory.writeU32(flags, memory.readU32(flags) & ~(O.CREAT | O.TRUNC));
  const place = session.at(file, 'file', 'f_mode');
  const mode = memory.readU32(place);
  memory.writeU32(place, mode | FMODE.OPENED | allowed(session, file, mode));
  const operations = session.pointerAt(file, 'file', 'f_op');
  if (operations !== 0 && session.pointerAt(operations, 'file_operations', 'llseek') === 0) forbidSeek(session, file);
}

/** What the functions of a file let a program do with it. Files of procfs have the kernel's own, all of them. */
function allowed(session: Session, file: Address, mode: number): number {
  const operations = session.pointerAt(file, 'file', 'f_op');
  const has = (...names: string[]) =>
    operations === 0 || names.some((name) => session.pointerAt(operations, 'file_operations', name) !== 0);
  const canRead = mode & FMODE.READ && has('read', 'read_iter') ? FMODE.CAN_READ : 0;
  return canRead | (mode & FMODE.WRITE && has('write', 'write_iter') ? FMODE.CAN_WRITE : 0);
}

/** The file has no position that could be moved. */
export function forbidSeek(session: Session, file: Address): void {
  const place = session.at(file, 'file', 'f_mode');
  session.memory.writeU32(place, session.memory.readU32(place) & ~FMODE.LSEEK);
}

function fileMode(flags: number, type: number): number {
  const access = flags & O.ACCMODE;
  const read = access !== O.WRONLY ? FMODE.READ : 0;
  const write = access !== O.RDONLY ? FMODE.WRITE : 0;
  const isRegular = (type & S_IFREG) === S_IFREG;
  const regular = isRegular ? FMODE.ATOMIC_POS | (write === 0 ? 0 : FMODE.WRITER) : 0;
  return read | write | regular | FMODE.LSEEK | FMODE.PREAD | FMODE.PWRITE;
}

/** Frees a file with its dentry and inode. */
export function freeFile(session: Session, { file, inode }: Pick<FileObject, 'file' | 'inode'>): void {
  const { memory, kernel, fields } = session;
  const dentry = memory.readPointer(session.at(file, 'file', 'f_path') + fields.offset('path', 'dentry'));
  delete pathState(kernel).byDentry[dentry];
  const name = memory.readPointer(session.at(dentry, 'dentry', 'd_name') + fields.offset('qstr', 'name'));
  if (name !== session.at(dentry, 'dentry', 'd_iname')) kfree(kernel, name);
  for (const object of [dentry, inode, file]) kfree(kernel, object);
}
