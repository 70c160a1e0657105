import type { CallChain } from '../../abi/call-chains.ts';
import { S_IFBLK, S_IFCHR, S_IFREG, S_IRUGO, S_IWUGO } from '../../abi/file-mode.ts';
import { EACCES, EISDIR, ENOENT, ENXIO, isErrorValue } from '../../abi/negative-errno.ts';
import { type CharMap, charDevices, type DeviceNode, findMap } from '../../kernel/devices/char-devices.ts';
import { kzalloc } from '../../kernel/memory/heap.ts';
import { findModule } from '../../kernel/module-references.ts';
import type { Address } from '../../memory/address.ts';
import { withFrames, withSystemCall } from '../core/faults/call-frames.ts';
import type { Session } from '../core/session.ts';
import { makePageCache, type PageCache } from '../functions/block/page-cache.ts';
import { makeDevice } from '../functions/file/chardev.ts';
import { seqOpen, seqRelease, singleOpen } from '../functions/file/seq-read.ts';
import { closeDisk, findDisk, openDisk } from './block-file.ts';
import { finishOpen, forbidSeek, freeFile, makeFile, O } from './file-object.ts';
import { isMemoryPath, makeMemoryFile } from './memory-file.ts';
import { asClose, asOpen, asVfsOpen } from './system-calls.ts';
import { findTreeNode, resolveLinks, type TreeNode } from './tree.ts';

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
  /** Of a block device. */
  readonly blocks?: PageCache;
}

/** A file, or the negative errno of open(2). `path` is below /, without a slash in front: `dev/hello`. */
export function openFile(session: Session, path: string, flags: number): OpenFile | number {
  let opened: OpenFile | number = ENOENT;
  const result = asOpen(session, path, flags, () => {
    opened = lookUp(session, path, flags);
    return typeof opened === 'number' ? opened : opened.file;
  });
  if (isErrorValue(result)) return result;
  if (typeof opened === 'object') holdFile(session, opened);
  return opened;
}

/** The files that a command has open. */
const openFiles = new WeakMap<Session, Set<OpenFile>>();

function holdFile(session: Session, opened: OpenFile): void {
  const files = openFiles.get(session) ?? new Set();
  openFiles.set(session, files.add(opened));
  session.exitFiles = () => files.forEach((file) => void closeFile(session, file));
}

function lookUp(session: Session, path: string, flags: number): OpenFile | number {
  if (path.startsWith('dev/')) return openDevice(session, path.slice('dev/'.length), flags);
  const node = findTreeNode(session.kernel, resolveLinks(session.kernel, path));
  if (!node && (flags & O.CREAT) === 0) return ENOENT;
  if (isMemoryPath(path) && (!node || flags & O.TRUNC)) return openNode(session, makeMemoryFile(session, path), flags);
  if (!node) return ENOENT;
  if (node.kind === 'directory') return EISDIR;
  return isForbidden(node, flags) ? EACCES : openNode(session, node, flags);
}

/** `KERNFS_ROOT_EXTRA_OPEN_PERM_CHECK`: in sysfs an attribute's mode binds the superuser too. */
function isForbidden({ source, mode }: TreeNode, flags: number): boolean {
  if (source?.kind !== 'attribute' || source.structure === 'bin_attribute') return false;
  const access = flags & O.ACCMODE;
  const wanted = (access === O.WRONLY ? 0 : S_IRUGO) | (access === O.RDONLY ? 0 : S_IWUGO);
  return [S_IRUGO, S_IWUGO].some((bits) => (wanted & bits) !== 0 && (mode & bits) === 0);
}

function openDevice(session: Session, name: string, flags: number): OpenFile | number {
  const node = charDevices(session.kernel).nodes.find((each) => each.path === name);
  if (!node) return ENOENT;
  if (node.type === 'b') return openBlock(session, node, flags);
  const map = findMap(session.kernel, node.major, node.minor);
  if (!map) return ENXIO;
  const opened = makeFile(session, `dev/${name}`, S_IFCHR | node.mode, flags);
  const { memory } = session;
  memory.writeU32(session.at(opened.inode, 'inode', 'i_rdev'), makeDevice(node.major, node.minor));
  if (map.object !== undefined) memory.writePointer(session.at(opened.file, 'file', 'private_data'), map.object);
  if (map.cdev !== 0) memory.writePointer(session.at(opened.inode, 'inode', 'i_cdev'), map.cdev);
  const operations: Operations = { structure: 'file_operations', address: map.operations };
  const way: CallChain[] = map.object === undefined ? ['openDevice'] : ['openDevice', 'openMisc'];
  return callOpen(session, { ...opened, operations, node: undefined }, way, cdevOwner(session, map));
}

/** `blkdev_open`. */
function openBlock(session: Session, { path, mode, major, minor }: DeviceNode, flags: number): OpenFile | number {
  const disk = findDisk(session, major, minor);
  if (disk === undefined) return ENXIO;
  const owner = session.pointerAt(session.pointerAt(disk, 'gendisk', 'fops'), 'block_device_operations', 'owner');
  const owners = takeOwners(session, owner, undefined);
  if (!owners) return ENXIO;
  const opened = makeFile(session, `dev/${path}`, S_IFBLK | mode, flags);
  const complete = { ...opened, operations: undefined, node: undefined, owners, blocks: makePageCache(disk) };
  const error = openDisk(session, disk, fileModeOf(session, complete));
  if (error === 0) return complete;
  dropOwners(session, owners);
  freeFile(session, complete);
  return error;
}

/** `file->f_mode`. */
export function fileModeOf(session: Session, { file }: Pick<OpenFile, 'file'>): number {
  return session.memory.readU32(session.at(file, 'file', 'f_mode'));
}

/** `cdev->owner`, of which `cdev_get` takes a reference beside that of the file operations' owner. */
function cdevOwner(session: Session, { cdev, object, operations }: CharMap): Address {
  if (object !== undefined) return 0;
  return cdev === 0
    ? session.pointerAt(operations, 'file_operations', 'owner')
    : session.pointerAt(cdev, 'cdev', 'owner');
}

function openNode(session: Session, node: TreeNode, flags: number): OpenFile | number {
  const opened = makeFile(session, node.path, S_IFREG | node.mode, flags);
  const source = node.source;
  if (source && 'data' in source) {
    session.memory.writePointer(session.at(opened.inode, 'inode', 'i_private'), source.data);
  }
  if (source?.kind === 'proc') {
    const operations: Operations = { structure: 'proc_ops', address: source.operations };
    if (session.pointerAt(source.operations, 'proc_ops', 'proc_lseek') === 0) forbidSeek(session, opened.file);
    return callOpen(session, { ...opened, operations, node }, ['openProc']);
  }
  if (source?.kind === 'operations') {
    const operations: Operations = { structure: 'file_operations', address: source.operations };
    return callOpen(session, { ...opened, operations, node }, []);
  }
  if (source?.kind === 'single') singleOpen(session, opened.file, source.show, source.data);
  if (source?.kind === 'seq') openSequence(session, opened.file, source.operations, source.size);
  return { ...opened, operations: undefined, node, owners: [] };
}

function openSequence(session: Session, file: Address, operations: Address, size: number): void {
  const seq = seqOpen(session, file, operations);
  if (size > 0) session.memory.writePointer(session.at(seq, 'seq_file', 'private'), kzalloc(session.kernel, size));
}

/** `file->f_op`: `open` may have put another table there. */
function operationsNow(session: Session, { file, operations }: Omit<OpenFile, 'owners'>): Operations | undefined {
  if (operations?.structure !== 'file_operations') return operations;
  return { structure: 'file_operations', address: session.pointerAt(file, 'file', 'f_op') };
}

/** `fops_get` and the table's `open`, by `way`. `holder`: a `struct module` of which a reference is taken before. */
function callOpen(
  session: Session,
  opened: Omit<OpenFile, 'owners'>,
  way: readonly CallChain[],
  holder: Address = 0,
): OpenFile | number {
  const owners = takeOwners(session, holder, opened.operations);
  if (!owners) return ENXIO;
  const complete = { ...opened, owners };
  const { file } = opened;
  if (opened.operations?.structure === 'file_operations') {
    session.memory.writePointer(session.at(file, 'file', 'f_op'), opened.operations.address);
  }
  const error = asVfsOpen(session, opened, openers(way), () => callOpenFunction(session, complete, way));
  if (error === 0) {
    finishOpen(session, file);
    return { ...complete, operations: operationsNow(session, opened) };
  }
  dropOwners(session, owners);
  freeFile(session, complete);
  return error;
}

/** The kernel's functions that get the inode and the file before a device's own. */
function openers(way: readonly CallChain[]): string[] {
  return [...(way.includes('openDevice') ? ['chrdev_open'] : []), ...(way.includes('openMisc') ? ['misc_open'] : [])];
}

function callOpenFunction(session: Session, opened: OpenFile, way: readonly CallChain[]): number {
  const { file, inode } = opened;
  const open = operation(session, opened, 'open');
  return open === 0 ? 0 : withSystemCall(session, ['open', ...way], () => session.callInt(open, inode, file));
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

/** The address of one of a file's functions; 0 when it has none. */
export function operation(session: Session, { operations }: OpenFile, name: string): Address {
  if (!operations) return 0;
  const prefix = operations.structure === 'proc_ops' ? 'proc_' : '';
  const field = session.fields.find(operations.structure, prefix + name);
  return field === undefined ? 0 : session.memory.readPointer(operations.address + field);
}

/** close(2): `flush`, `release`, and the module's reference. */
export function closeFile(session: Session, opened: OpenFile): void {
  openFiles.get(session)?.delete(opened);
  const { file, inode, node, blocks } = opened;
  if (blocks) closeDisk(session, blocks, fileModeOf(session, opened));
  const flush = operation(session, opened, 'flush');
  const release = operation(session, opened, 'release');
  asClose(
    session,
    file,
    () => flush !== 0 && session.callInt(flush, file, 0),
    () => release !== 0 && withFrames(session, ['release'], () => session.callInt(release, inode, file)),
  );
  const kind = node?.source?.kind;
  if (kind === 'single' || kind === 'seq') seqRelease(session, file, kind === 'single');
  dropOwners(session, opened.owners);
  freeFile(session, opened);
}
