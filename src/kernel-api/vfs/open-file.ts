import type { CallChain } from '../../abi/call-chains.ts';
import { type CharMap, charDevices, findMap } from '../../kernel/char-devices.ts';
import { kzalloc } from '../../kernel/heap.ts';
import { findModule } from '../../kernel/module-references.ts';
import type { Address } from '../../memory/address.ts';
import { withFrames } from '../core/call-frames.ts';
import { settle } from '../core/scheduler.ts';
import type { Session } from '../core/session.ts';
import { makeDevice } from '../functions/chardev.ts';
import { ueventText } from '../functions/device-files.ts';
import { seqOpen, seqRead, seqRelease, singleOpen } from '../functions/seq-read.ts';
import { writeBytes } from '../guest-text.ts';
import { attributeRead, attributeWrite } from './attributes.ts';
import { forgetOpenFlags, freeFile, makeFile, S_IFCHR, S_IFREG } from './file-object.ts';
import { genericIoctl } from './generic-ioctl.ts';
import { findTreeNode, resolveLinks, type TreeNode } from './tree.ts';
import { withUserBuffer } from './user-buffer.ts';
import { readValue, writeValue } from './values.ts';

const ENOENT = -2;

const ENXIO = -6;

const EINVAL = -22;

const ENOTTY = -25;

const _ESPIPE = -29;

const EISDIR = -21;

/** `ENOIOCTLCMD`: what a driver says of an ioctl that it does not know; a program sees ENOTTY. */
const ENOIOCTLCMD = -515;

/** The table of functions behind a file, and how their fields are called. */
interface Operations {
  readonly structure: 'file_operations' | 'proc_ops';
  readonly address: Address;
}

/** An open file of the emulated machine. */
export interface OpenFile {
  readonly file: Address;
  readonly inode: Address;
  readonly operations: Operations | undefined;
  readonly node: TreeNode | undefined;
  /** Names of the modules of which it holds a reference, one for each. */
  readonly owners: readonly string[];
  /** The position of a file that the kernel itself serves. */
  readonly position: Address;
  /** What the kernel showed of such a file when it was read from the start: later reads go on in it. */
  shown?: string;
}

/** A file, or the negative errno of open(2). `path` is below /, without a slash in front: `dev/hello`. */
export function openFile(session: Session, path: string, flags: number): OpenFile | number {
  if (path.startsWith('dev/')) return openDevice(session, path.slice('dev/'.length), flags);
  const node = findTreeNode(session.kernel, resolveLinks(session.kernel, path));
  if (!node) return ENOENT;
  return node.kind === 'directory' ? EISDIR : openNode(session, node, flags);
}

function openDevice(session: Session, name: string, flags: number): OpenFile | number {
  const node = charDevices(session.kernel).nodes.find((each) => each.path === name);
  if (!node) return ENOENT;
  const map = findMap(session.kernel, node.major, node.minor);
  if (!map) return ENXIO;
  const opened = makeFile(session, name, S_IFCHR | node.mode, flags);
  const { memory } = session;
  memory.writeU32(session.at(opened.inode, 'inode', 'i_rdev'), makeDevice(node.major, node.minor));
  if (map.object !== undefined) memory.writePointer(session.at(opened.file, 'file', 'private_data'), map.object);
  if (map.cdev !== 0) memory.writePointer(session.at(opened.inode, 'inode', 'i_cdev'), map.cdev);
  const operations: Operations = { structure: 'file_operations', address: map.operations };
  return callOpen(session, { ...opened, operations, node: undefined }, cdevOwner(session, map));
}

/** `cdev->owner`, of which `cdev_get` takes a reference beside that of the file operations' owner. */
function cdevOwner(session: Session, { cdev, object, operations }: CharMap): Address {
  if (object !== undefined) return 0;
  return cdev === 0
    ? session.pointerAt(operations, 'file_operations', 'owner')
    : session.pointerAt(cdev, 'cdev', 'owner');
}

function openNode(session: Session, node: TreeNode, flags: number): OpenFile | number {
  const name = node.path.slice(node.path.lastIndexOf('/') + 1);
  const opened = makeFile(session, name, S_IFREG | node.mode, flags);
  const source = node.source;
  if (source && 'data' in source) {
    session.memory.writePointer(session.at(opened.inode, 'inode', 'i_private'), source.data);
  }
  if (source?.kind === 'proc') {
    return callOpen(session, { ...opened, operations: { structure: 'proc_ops', address: source.operations }, node });
  }
  if (source?.kind === 'operations') {
    return callOpen(session, {
      ...opened,
      operations: { structure: 'file_operations', address: source.operations },
      node,
    });
  }
  if (source?.kind === 'single') singleOpen(session, opened.file, source.show, source.data);
  if (source?.kind === 'seq') openSequence(session, opened.file, source.operations, source.size);
  return { ...opened, operations: undefined, node, owners: [] };
}

function openSequence(session: Session, file: Address, operations: Address, size: number): void {
  const seq = seqOpen(session, file, operations);
  if (size > 0) session.memory.writePointer(session.at(seq, 'seq_file', 'private'), kzalloc(session.kernel, size));
}

/** `fops_get` and the table's `open`. `holder`: a `struct module` of which a reference is taken before. */
function callOpen(session: Session, opened: Omit<OpenFile, 'owners'>, holder: Address = 0): OpenFile | number {
  const owners = takeOwners(session, holder, opened.operations);
  if (!owners) return ENXIO;
  const complete = { ...opened, owners };
  const { file, inode } = opened;
  if (opened.operations?.structure === 'file_operations') {
    session.memory.writePointer(session.at(file, 'file', 'f_op'), opened.operations.address);
  }
  const open = operation(session, complete, 'open');
  const error = open === 0 ? 0 : withFrames(session, openChains(opened), () => session.callInt(open, inode, file));
  if (error === 0) {
    forgetOpenFlags(session, file);
    return complete;
  }
  dropOwners(session, owners);
  freeFile(session, complete);
  return error;
}

/** `try_module_get` of all that the file holds: their names; undefined when one is going. */
function takeOwners(session: Session, holder: Address, operations: Operations | undefined): string[] | undefined {
  const table = operations?.structure === 'file_operations' ? operations.address : 0;
  const owner = table === 0 ? 0 : session.pointerAt(table, 'file_operations', 'owner');
  const modules = [holder, owner].flatMap(
    (address) => session.kernel.modules.find((each) => address !== 0 && each.thisModule === address) ?? [],
  );
  if (modules.some(({ state }) => state === 'GOING')) return undefined;
  for (const module of modules) module.references++;
  return modules.map(({ name }) => name);
}

function dropOwners(session: Session, owners: readonly string[]): void {
  for (const name of owners) {
    const module = findModule(session.kernel, name);
    if (module && module.references > 0) module.references--;
  }
}

/** The functions of procfs and debugfs that stand before a file's own. */
function proxies({ operations, node }: Pick<OpenFile, 'operations' | 'node'>, what: 'Read' | 'Write'): CallChain[] {
  if (operations?.structure === 'proc_ops') return [`proc${what}`];
  return node === undefined ? [] : [`debugfs${what}`];
}

function openChains({ operations, node }: Pick<OpenFile, 'operations' | 'node'>): CallChain[] {
  if (operations?.structure === 'proc_ops') return ['open', 'openProc'];
  return node === undefined ? ['open', 'openDevice'] : ['open'];
}

/** The address of one of a file's functions; 0 when it has none. */
function operation(session: Session, { operations }: OpenFile, name: string): Address {
  if (!operations) return 0;
  const prefix = operations.structure === 'proc_ops' ? 'proc_' : '';
  const field = session.fields.find(operations.structure, prefix + name);
  return field === undefined ? 0 : session.memory.readPointer(operations.address + field);
}

/** read(2): bytes as a byte string, or a negative errno. */
export function readFile(session: Session, opened: OpenFile, size: number): string | number {
  return toUser(session, () =>
    withUserBuffer(session, size, (buffer) => {
      const count = readInto(session, opened, buffer, size);
      if (count < 0) return count;
      return String.fromCharCode(...session.memory.view(buffer, Math.min(count, size), 'read'));
    }),
  );
}

/** `exit_to_user_mode`: tasks that a system call has woken run before the program goes on. */
function toUser<T>(session: Session, call: () => T): T {
  const result = call();
  settle(session);
  return result;
}

function readInto(session: Session, opened: OpenFile, buffer: Address, size: number): number {
  const { node, file, position } = opened;
  if (opened.operations) {
    const read = operation(session, opened, 'read');
    if (read === 0) return EINVAL;
    const call = () => session.call(read, file, buffer, size, position);
    return Number(BigInt.asIntN(64, withFrames(session, ['read', ...proxies(opened, 'Read')], call)));
  }
  if (node?.source?.kind === 'single' || node?.source?.kind === 'seq')
    return seqRead(session, file, buffer, size, position);
  const at = Number(session.memory.readU64(position));
  const text = at === 0 || opened.shown === undefined ? wholeText(session, node) : opened.shown;
  if (typeof text === 'number') return text;
  opened.shown = text;
  const part = text.slice(at, at + size);
  writeBytes(session, buffer, part);
  session.memory.writeU64(position, BigInt(at + part.length));
  return part.length;
}

/** What a file holds that the kernel shows as a whole. */
function wholeText(session: Session, node: TreeNode | undefined): string | number {
  const source = node?.source;
  if (source?.kind === 'attribute') return attributeRead(session, source);
  if (source?.kind === 'value') return readValue(session, source);
  if (source?.kind === 'text') return source.text;
  if (source?.kind === 'uevent') return ueventText(session, source);
  if (source?.kind === 'blob') return String.fromCharCode(...session.memory.view(source.address, source.size, 'read'));
  return '';
}

/** write(2): how many bytes were taken, or a negative errno. */
export function writeFile(session: Session, opened: OpenFile, text: string): number {
  const { node } = opened;
  if (!opened.operations) return toUser(session, () => writeWhole(session, node, text));
  return toUser(session, () => writeBuffer(session, opened, text));
}

function writeBuffer(session: Session, opened: OpenFile, text: string): number {
  const { file, position } = opened;
  return withUserBuffer(session, Math.max(1, text.length), (buffer) => {
    writeBytes(session, buffer, text);
    const write = operation(session, opened, 'write');
    if (write === 0) return EINVAL;
    const call = () => session.call(write, file, buffer, text.length, position);
    return Number(BigInt.asIntN(64, withFrames(session, ['write', ...proxies(opened, 'Write')], call)));
  });
}

function writeWhole(session: Session, node: TreeNode | undefined, text: string): number {
  const source = node?.source;
  if (source?.kind === 'attribute') return attributeWrite(session, source, text);
  if (source?.kind === 'uevent' || source?.kind === 'text') return text.length;
  return source?.kind === 'value' ? writeValue(session, source, text) : EINVAL;
}

/** ioctl(2): the result, or a negative errno. `argument`: a number, or an address of user memory. */
export function ioctlFile(session: Session, opened: OpenFile, command: number, argument: bigint | number): number {
  const answer = genericIoctl(session, opened.file, command, argument);
  if (answer !== undefined) return answer;
  const ioctl = operation(session, opened, opened.operations?.structure === 'proc_ops' ? 'ioctl' : 'unlocked_ioctl');
  if (ioctl === 0) return ENOTTY;
  const call = () => session.callInt(ioctl, opened.file, command, argument);
  const result = toUser(session, () => withFrames(session, ['ioctl'], call));
  return result === ENOIOCTLCMD ? ENOTTY : result;
}

/** close(2): `flush`, `release`, and the module's reference. */
export function closeFile(session: Session, opened: OpenFile): void {
  const { file, inode, node } = opened;
  const flush = operation(session, opened, 'flush');
  if (flush !== 0) session.callInt(flush, file, 0);
  const release = operation(session, opened, 'release');
  if (release !== 0) session.callInt(release, inode, file);
  const kind = node?.source?.kind;
  if (kind === 'single' || kind === 'seq') seqRelease(session, file, kind === 'single');
  dropOwners(session, opened.owners);
  freeFile(session, opened);
}
