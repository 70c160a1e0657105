import type { CallChain } from '../../abi/call-chains.ts';
import { EINTR, EINVAL, EIO, ENOIOCTLCMD, ENOTTY } from '../../abi/negative-errno.ts';
import type { Address } from '../../memory/address.ts';
import { withSystemCall } from '../core/faults/call-frames.ts';
import type { Session } from '../core/session.ts';
import { settle } from '../core/tasks/scheduler.ts';
import { ueventText } from '../functions/device/device-files.ts';
import { readOverride, writeOverride } from '../functions/device/driver-override.ts';
import { seqRead } from '../functions/file/seq-read.ts';
import { signalPending } from '../functions/scheduling/sleeping.ts';
import { readGuestText, writeBytes } from '../guest-text.ts';
import { attributeRead, attributeWrite } from './attributes.ts';
import { ioctlDisk, readBlocks, writeBlocks } from './block-file.ts';
import { genericIoctl } from './generic-ioctl.ts';
import { memoryText, writeMemory } from './memory-file.ts';
import { fileModeOf, type OpenFile, operation } from './open-file.ts';
import { callSysctl } from './sysctl-file.ts';
import { asIoctl, asTransfer } from './system-calls.ts';
import type { TreeNode } from './tree.ts';
import { userRoom, withUserBuffer } from './user-buffer.ts';
import { readValue, writeValue } from './values.ts';

/** `ERESTARTSYS`, `ERESTARTNOINTR`, `ERESTARTNOHAND`, `ERESTART_RESTARTBLOCK`: include/linux/errno.h. */
const RESTARTS: ReadonlySet<number> = new Set([-512, -513, -514, -516]);

/** The functions of procfs and debugfs that stand before a file's own. */
function proxies({ operations, node }: Pick<OpenFile, 'operations' | 'node'>, what: 'Read' | 'Write'): CallChain[] {
  if (operations?.structure === 'proc_ops') return [`proc${what}`];
  return node === undefined ? [] : [`debugfs${what}`];
}

/** What a file without the function says: every file of procfs has one, which finds none behind it. */
function missing({ operations, node }: OpenFile): number {
  return operations?.structure === 'proc_ops' || node?.path.startsWith('proc/') ? EIO : EINVAL;
}

/** read(2): bytes as a byte string, or a negative errno. */
export function readFile(session: Session, opened: OpenFile, size: number): string | number {
  return toUser(session, () =>
    withUserBuffer(session, size, (buffer) => {
      const count = readInto(session, opened, buffer, size);
      if (count < 0) return count;
      return readGuestText(session, buffer, Math.min(count, userRoom(session, buffer)));
    }),
  );
}

/**
 * `exit_to_user_mode`: tasks that a system call has woken run before the program goes on. A call that a signal has ended
 * is `-EINTR` to the program, whose handler does not begin it again.
 */
function toUser<T>(session: Session, call: () => T): T | number {
  const result = call();
  const ended = RESTARTS.has(Number(result)) && signalPending(session);
  settle(session);
  return ended ? EINTR : result;
}

function readInto(session: Session, opened: OpenFile, buffer: Address, size: number): number {
  const { file, position } = opened;
  return asTransfer(session, 'read', [file, buffer, size, position], () => readAt(session, opened, buffer, size));
}

function readAt(session: Session, opened: OpenFile, buffer: Address, size: number): number {
  const { node, file, position } = opened;
  if (opened.operations) {
    const read = operation(session, opened, 'read');
    if (read === 0) return missing(opened);
    const call = () => session.call(read, file, buffer, size, position);
    return Number(BigInt.asIntN(64, withSystemCall(session, ['read', ...proxies(opened, 'Read')], call)));
  }
  if (node?.source?.kind === 'single' || node?.source?.kind === 'seq')
    return withSystemCall(session, ['readIter'], () => seqRead(session, file, buffer, size, position));
  const part = readContents(session, opened, size);
  if (typeof part === 'number') return part;
  writeBytes(session, buffer, part);
  return part.length;
}

/** Up to `size` bytes from the position of a file that the kernel itself serves, or a negative errno. */
export function readContents(session: Session, opened: OpenFile, size: number): string | number {
  const { node, position } = opened;
  if (opened.blocks) return readBlocks(session, opened.blocks, position, size);
  const at = Number(session.memory.readU64(position));
  const isShown = at > 0 && opened.shown !== undefined && node?.source?.kind !== 'memory';
  const text = isShown ? opened.shown! : wholeText(session, node);
  if (typeof text === 'number') return text;
  opened.shown = text;
  const part = text.slice(at, at + size);
  session.memory.writeU64(position, BigInt(at + part.length));
  return part;
}

/** What a file holds that the kernel shows as a whole. */
function wholeText(session: Session, node: TreeNode | undefined): string | number {
  const source = node?.source;
  if (source?.kind === 'attribute') return attributeRead(session, source);
  if (source?.kind === 'value') return readValue(session, source);
  if (source?.kind === 'text') return source.text;
  if (source?.kind === 'error') return source.error;
  if (source?.kind === 'driver-override') return readOverride(session, source.device);
  if (source?.kind === 'memory') return memoryText(session, node!.path);
  if (source?.kind === 'sysctl') return callSysctl(session, source.table);
  if (source?.kind === 'uevent') return ueventText(session, source);
  if (source?.kind === 'blob') return String.fromCharCode(...session.memory.view(source.address, source.size, 'read'));
  return '';
}

/** write(2): how many bytes were taken, or a negative errno. */
export function writeFile(session: Session, opened: OpenFile, text: string): number {
  if (!opened.operations && !session.probed) return toUser(session, () => writeContents(session, opened, text));
  return toUser(session, () => writeBuffer(session, opened, text));
}

function writeBuffer(session: Session, opened: OpenFile, text: string): number {
  const { file, position } = opened;
  return withUserBuffer(session, Math.max(1, text.length), (buffer) => {
    writeBytes(session, buffer, text);
    const place = [file, buffer, text.length, position] as const;
    const write = () => (opened.operations ? callWrite(session, opened, place) : writeContents(session, opened, text));
    return asTransfer(session, 'write', place, write);
  });
}

function callWrite(session: Session, opened: OpenFile, args: readonly [Address, Address, number, Address]): number {
  const write = operation(session, opened, 'write');
  if (write === 0) return missing(opened);
  const call = () => session.call(write, ...args);
  return Number(BigInt.asIntN(64, withSystemCall(session, ['write', ...proxies(opened, 'Write')], call)));
}

/** Writes to a file that the kernel itself serves: the bytes taken, or a negative errno. */
export function writeContents(session: Session, opened: OpenFile, text: string): number {
  const source = opened.node?.source;
  if (opened.blocks) return writeBlocks(session, opened.blocks, opened.position, text);
  if (source?.kind === 'memory') return writeMemory(session, opened, text);
  if (source?.kind === 'sysctl') return Number(callSysctl(session, source.table, text));
  if (source?.kind === 'driver-override') return writeOverride(session, source.device, text);
  if (source?.kind === 'attribute') return attributeWrite(session, source, text);
  if (source?.kind === 'uevent' || source?.kind === 'text') return text.length;
  return source?.kind === 'value' ? writeValue(session, source, text) : missing(opened);
}

/** ioctl(2): the result, or a negative errno. `argument`: a number, or an address of user memory. */
export function ioctlFile(session: Session, opened: OpenFile, command: number, argument: bigint | number): number {
  const work = () =>
    genericIoctl(session, opened.file, command, argument) ?? callIoctl(session, opened, command, argument);
  return asIoctl(session, command, Number(argument), work);
}

function callIoctl(session: Session, opened: OpenFile, command: number, argument: bigint | number): number {
  if (opened.blocks) {
    const mode = fileModeOf(session, opened);
    return toUser(session, () => ioctlDisk(session, opened.blocks!.disk, { mode, command, argument }));
  }
  const ioctl = operation(session, opened, opened.operations?.structure === 'proc_ops' ? 'ioctl' : 'unlocked_ioctl');
  if (ioctl === 0) return ENOTTY;
  const call = () => session.callInt(ioctl, opened.file, command, argument);
  const result = toUser(session, () => withSystemCall(session, ['ioctl'], call));
  return result === ENOIOCTLCMD ? ENOTTY : result;
}
