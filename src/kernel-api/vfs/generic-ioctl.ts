import { EFAULT, ENOTTY } from '../../abi/negative-errno.ts';
import { type Address, addressFromBits } from '../../memory/address.ts';
import type { Session } from '../core/session.ts';
import { USER_END } from '../core/user-areas.ts';
import { O } from './file-object.ts';

/** `s_blocksize` of the file systems that device nodes stand on. */
const BLOCK_SIZE = 4096;

/** Requests that the kernel answers before a driver sees them: include/uapi/asm-generic/ioctls.h, linux/fs.h. */
const REQUESTS: Readonly<Record<number, (session: Session, file: Address, argument: Address) => number>> = {
  /** FIOCLEX, FIONCLEX: about the descriptor, which there is none. */
  21585: () => 0,
  21584: () => 0,
  /** FIONBIO */
  21537: setNonBlocking,
  /** FIOQSIZE, of what is neither file nor directory */
  21600: () => ENOTTY,
  /** FIGETBSZ */
  2: (session, _file, argument) => putInt(session, argument, BLOCK_SIZE),
};

/** `do_vfs_ioctl`, fs/ioctl.c: the result; undefined when the request is for the driver. */
export function genericIoctl(
  session: Session,
  file: Address,
  request: number,
  argument: bigint | number,
): number | undefined {
  const address = typeof argument === 'bigint' ? addressFromBits(BigInt.asUintN(64, argument)) : argument;
  return REQUESTS[request]?.(session, file, address);
}

function isUser({ memory }: Session, address: Address): boolean {
  return address >= 0 && address + 4 <= USER_END && memory.find(address) !== undefined;
}

function putInt(session: Session, address: Address, value: number): number {
  if (!isUser(session, address)) return EFAULT;
  session.memory.writeU32(address, value);
  return 0;
}

/** `ioctl_fionbio`. */
function setNonBlocking(session: Session, file: Address, address: Address): number {
  if (!isUser(session, address)) return EFAULT;
  const { memory } = session;
  const flags = session.at(file, 'file', 'f_flags');
  const old = memory.readU32(flags);
  memory.writeU32(flags, memory.readU32(address) !== 0 ? old | O.NONBLOCK : old & ~O.NONBLOCK);
  return 0;
}
