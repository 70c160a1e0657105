import { EFAULT, ENOTTY } from '../../abi/negative-errno.ts';
import { diskState } from '../../kernel/devices/disks.ts';
import type { Address } from '../../memory/address.ts';
import type { Session } from '../core/session.ts';
import {
  capacityOf,
  flushDisk,
  lookForPartitions,
  makePageCache,
  type PageCache,
  readDisk,
  writeDisk,
} from '../functions/block/page-cache.ts';

const FMODE_READ = 1;
/** Requests that block/ioctl.c answers with a number, and how many bytes it has: include/uapi/linux/fs.h. */
const ANSWERS: Readonly<Record<number, readonly [bytes: 4 | 8, of: (session: Session, disk: Address) => number]>> = {
  4702: [4, readOnly],
  4704: [8, capacityOf],
  4707: [8, () => 256],
  4712: [4, logicalBlockSize],
  2148012658: [8, (session, disk) => capacityOf(session, disk) * 512],
};

function readOnly(session: Session, disk: Address): number {
  const whole = session.pointerAt(disk, 'gendisk', 'part0');
  return session.memory.readU8(session.at(whole, 'block_device', 'bd_read_only'));
}

function logicalBlockSize(session: Session, disk: Address): number {
  const limits = session.at(session.pointerAt(disk, 'gendisk', 'queue'), 'request_queue', 'limits');
  return session.memory.readU32(session.at(limits, 'queue_limits', 'logical_block_size'));
}

/** A function of the disk's driver; 0 when it has none. */
function operation(session: Session, disk: Address, name: string): Address {
  return session.pointerAt(session.pointerAt(disk, 'gendisk', 'fops'), 'block_device_operations', name);
}

/** The disk behind a number: its `struct gendisk`. */
export function findDisk(session: Session, major: number, minor: number): Address | undefined {
  return diskState(session.kernel).disks.find((each) => each.major === major && each.minor === minor)?.disk;
}

/** `blkdev_get_whole`: the driver's `open`. 0 or a negative errno. `mode`: `FMODE_*`. */
export function openDisk(session: Session, disk: Address, mode: number): number {
  const open = operation(session, disk, 'open');
  return open === 0 ? 0 : session.callInt(open, session.pointerAt(disk, 'gendisk', 'part0'), mode);
}

/** `blkdev_put`: what was written goes to the disk, then the driver's `release`. */
export function closeDisk(session: Session, cache: PageCache, mode: number): void {
  flushDisk(session, cache);
  const release = operation(session, cache.disk, 'release');
  if (release !== 0) session.call(release, cache.disk, mode);
}

/** `disk_scan_partitions`. */
export function scanPartitions(session: Session, disk: Address): void {
  if (openDisk(session, disk, FMODE_READ) !== 0) return;
  lookForPartitions(session, disk);
  closeDisk(session, makePageCache(disk), FMODE_READ);
}

/** read(2) at the file's position, which moves on. */
export function readBlocks(session: Session, cache: PageCache, position: Address, size: number): string | number {
  const at = Number(session.memory.readU64(position));
  const part = readDisk(session, cache, at, size);
  if (typeof part === 'string') session.memory.writeU64(position, BigInt(at + part.length));
  return part;
}

/** write(2) at the file's position, which moves on. */
export function writeBlocks(session: Session, cache: PageCache, position: Address, text: string): number {
  const at = Number(session.memory.readU64(position));
  const taken = writeDisk(session, cache, at, text);
  if (taken > 0) session.memory.writeU64(position, BigInt(at + taken));
  return taken;
}

/** `blkdev_ioctl`: what the block layer knows itself, else the driver's `ioctl`. */
export function ioctlDisk(
  session: Session,
  disk: Address,
  request: { readonly mode: number; readonly command: number; readonly argument: bigint | number },
): number {
  const { mode, command, argument } = request;
  const known = ANSWERS[command];
  if (known) return putAnswer(session, Number(argument), known[0], known[1](session, disk));
  const ioctl = operation(session, disk, 'ioctl');
  return ioctl === 0
    ? ENOTTY
    : session.callInt(ioctl, session.pointerAt(disk, 'gendisk', 'part0'), mode, command, argument);
}

function putAnswer({ memory }: Session, argument: Address, bytes: 4 | 8, value: number): number {
  if (!memory.find(argument)) return EFAULT;
  if (bytes === 8) memory.writeU64(argument, BigInt(value));
  else memory.writeU32(argument, value);
  return 0;
}
