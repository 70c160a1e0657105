import { isErrorValue } from '../../abi/negative-errno.ts';
import { kfree, kzalloc } from '../../kernel/memory/heap.ts';
import type { Address } from '../../memory/address.ts';
import { asKernelFunctions, type KernelCall } from '../core/probes/acting.ts';
import type { Session } from '../core/session.ts';
import { writeBytes } from '../guest-text.ts';
import { withUserBuffer } from './user-buffer.ts';

const AT_FDCWD = -100;
/** The descriptor that a program gets which has but the first three. */
const DESCRIPTOR = 3;
/** Fields of `struct pt_regs` that a system call's arguments come in. */
const ARGUMENTS = ['di', 'si', 'dx', 'r10'] as const;

/** A `struct file` with its inode. */
interface FileObjects {
  readonly file: Address;
  readonly inode: Address;
}

/** Whether a program, not the kernel, is at work: what it asks for comes by a system call. */
function isProgram(session: Session): boolean {
  return session.probed && session.depth === session.acted;
}

/** `work` as a system call that gets these arguments and goes through some functions. */
function asSystemCall(
  session: Session,
  name: string,
  args: readonly number[],
  inner: readonly KernelCall[],
  work: () => number,
): number {
  const regs = kzalloc(session.kernel, session.fields.size('pt_regs'));
  for (const [index, value] of args.entries()) {
    session.memory.writeU64(session.at(regs, 'pt_regs', ARGUMENTS[index]!), BigInt.asUintN(64, BigInt(value)));
  }
  const result = asKernelFunctions(session, () => [{ name: `__x64_sys_${name}`, args: [regs] }, ...inner], work);
  kfree(session.kernel, regs);
  return result;
}

/** openat(2) on the way to the file. `work` gives the `struct file`, or a negative errno. */
export function asOpen(session: Session, path: string, flags: number, work: () => number): number {
  if (!isProgram(session)) return work();
  return withPath(session, path, (name) => {
    const how = kzalloc(session.kernel, 24);
    const filename = kzalloc(session.kernel, session.fields.size('filename') || 32);
    session.memory.writeU64(how, BigInt(flags));
    session.memory.writePointer(session.at(filename, 'filename', 'name'), name);
    session.memory.writePointer(session.at(filename, 'filename', 'uptr'), name);
    const inner: KernelCall[] = [
      {
        name: 'do_sys_openat2',
        args: [AT_FDCWD, name, how],
        result: (file) => (isErrorValue(file) ? file : DESCRIPTOR),
      },
      { name: 'do_filp_open', args: [AT_FDCWD, filename, how] },
    ];
    const result = asSystemCall(session, 'openat', [AT_FDCWD, name, flags, 0], inner, work);
    kfree(session.kernel, filename);
    kfree(session.kernel, how);
    return result;
  });
}

function withPath<T>(session: Session, path: string, work: (name: Address) => T): T {
  const text = `/${path}\0`;
  return withUserBuffer(session, text.length, (name) => {
    writeBytes(session, name, text);
    return work(name);
  });
}

/** `vfs_open` and what a device's way leads through: `chrdev_open`, `misc_open`. */
export function asVfsOpen(
  session: Session,
  { file, inode }: FileObjects,
  openers: readonly string[],
  work: () => number,
): number {
  const path = session.at(file, 'file', 'f_path');
  return asKernelFunctions(
    session,
    () => [
      { name: 'vfs_open', args: [path, file] },
      { name: 'do_dentry_open', args: [file, inode, 0] },
      ...openers.map((name) => ({ name, args: [inode, file] })),
    ],
    work,
  );
}

/** read(2) and write(2) of a program's buffer. */
export function asTransfer(
  session: Session,
  name: 'read' | 'write',
  [file, buffer, size, position]: readonly [Address, Address, number, Address],
  work: () => number,
): number {
  if (!isProgram(session)) return work();
  const inner = [
    { name: `ksys_${name}`, args: [DESCRIPTOR, buffer, size] },
    { name: `vfs_${name}`, args: [file, buffer, size, position] },
  ];
  return asSystemCall(session, name, [DESCRIPTOR, buffer, size], inner, work);
}

/** ioctl(2). */
export function asIoctl(session: Session, command: number, argument: number, work: () => number): number {
  if (!isProgram(session)) return work();
  return asSystemCall(session, 'ioctl', [DESCRIPTOR, command, argument], [], work);
}

/** close(2): `filp_close`, and at the way back to the program `__fput`. */
export function asClose(session: Session, file: Address, flush: () => unknown, release: () => unknown): void {
  const closed = (): number => {
    flush();
    return 0;
  };
  const inner = [
    { name: 'close_fd', args: [DESCRIPTOR] },
    { name: 'filp_close', args: [file, 0] },
  ];
  if (isProgram(session)) asSystemCall(session, 'close', [DESCRIPTOR], inner, closed);
  else asKernelFunctions(session, () => inner.slice(1), closed);
  const put = (): number => {
    release();
    return 0;
  };
  asKernelFunctions(session, () => [{ name: '__fput', args: [file] }], put);
}
