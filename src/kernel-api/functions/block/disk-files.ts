import type { Disk } from '../../../kernel/devices/disks.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import type { Session } from '../../core/session.ts';
import { addDirectory, addFile, addFixedFile, type FixedFile, READ_ONLY, READ_WRITE } from '../../vfs/fixed-files.ts';
import { type FileSource, findTreeNode, removeTree, treeNodes } from '../../vfs/tree.ts';
import { addLink } from '../device/device-places.ts';

const BLOCK = 'sys/devices/virtual/block';
const BDI = 'sys/devices/virtual/bdi';
const GENHD_FL_REMOVABLE = 1;
/** A word for each of the 17 counters of block/genhd.c, `part_stat_show`: the first eleven are eight wide. */
const NO_STATISTICS = `${[8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8].map((width) => '0'.padStart(width)).join(' ')}\n`;

/** Files of a disk that say the same of all: block/genhd.c, `disk_attrs`; kernel/trace/blktrace.c. */
const DISK_FILES: readonly FixedFile[] = [
  ['alignment_offset', READ_ONLY, '0\n'],
  ['capability', READ_ONLY, '0\n'],
  ['discard_alignment', READ_ONLY, '0\n'],
  ['events', READ_ONLY, ''],
  ['events_async', READ_ONLY, ''],
  ['events_poll_msecs', READ_WRITE, '-1\n'],
  ['ext_range', READ_ONLY, '256\n'],
  ['hidden', READ_ONLY, '0\n'],
  ['inflight', READ_ONLY, '       0        0\n'],
  ['stat', READ_ONLY, NO_STATISTICS],
  ['trace/act_mask', READ_WRITE, 'disabled\n'],
  ['trace/enable', READ_WRITE, '0\n'],
  ['trace/end_lba', READ_WRITE, 'disabled\n'],
  ['trace/pid', READ_WRITE, 'disabled\n'],
  ['trace/start_lba', READ_WRITE, 'disabled\n'],
];

/** mm/backing-dev.c, `bdi_dev_attrs`. */
const BDI_FILES: readonly FixedFile[] = [
  ['max_ratio', READ_WRITE, '100\n'],
  ['min_ratio', READ_WRITE, '0\n'],
  ['read_ahead_kb', READ_WRITE, '128\n'],
  ['stable_pages_required', READ_ONLY, '0\n'],
  ['uevent', READ_WRITE, ''],
];

/** `device_add_disk`: the disk's and its backing device's directories in sysfs and their links. */
export function addDiskFiles(session: Session, disk: Disk, sequence: number): void {
  const { kernel } = session;
  const path = `${BLOCK}/${disk.name}`;
  if (!findTreeNode(kernel, BLOCK)) addDirectory(kernel, BLOCK);
  addDirectory(kernel, path, DISK_FILES);
  for (const each of directoriesOf(session, disk)) addDirectory(kernel, `${path}/${each}`);
  for (const [file, mode, text] of ownFiles(session, disk, sequence)) {
    addFixedFile(kernel, `${path}/${file}`, mode, text);
  }
  addValueFiles(session, disk, path);
  addBackingDevice(kernel, numberOf(disk));
  addDiskLinks(kernel, disk, path);
}

const numberOf = ({ major, minor }: Disk): string => `${major}:${minor}`;

function directoriesOf(session: Session, { disk }: Disk): readonly string[] {
  const queue = session.pointerAt(disk, 'gendisk', 'queue');
  const isQueued = session.pointerAt(queue, 'request_queue', 'tag_set') !== 0;
  return ['holders', 'integrity', ...(isQueued ? ['mq'] : []), 'power', 'queue', 'slaves', 'trace'];
}

/** Files that say of each disk something else, and always the same. */
function ownFiles(session: Session, disk: Disk, sequence: number): readonly FixedFile[] {
  const { name, major, minor } = disk;
  const word = (field: string): number => session.memory.readU32(session.at(disk.disk, 'gendisk', field));
  const events = `MAJOR=${major}\nMINOR=${minor}\nDEVNAME=${name}\nDEVTYPE=disk\nDISKSEQ=${sequence}\n`;
  return [
    ['dev', READ_ONLY, `${numberOf(disk)}\n`],
    ['diskseq', READ_ONLY, `${sequence}\n`],
    ['range', READ_ONLY, `${word('minors')}\n`],
    ['removable', READ_ONLY, `${word('flags') & GENHD_FL_REMOVABLE ? 1 : 0}\n`],
    ['uevent', READ_WRITE, events],
  ];
}

/** Files that show what stands in memory when they are read. */
function addValueFiles(session: Session, { disk }: Disk, path: string): void {
  const whole = session.pointerAt(disk, 'gendisk', 'part0');
  const value = (format: string, field: string): FileSource => {
    return { kind: 'value', format, address: session.at(whole, 'block_device', field) };
  };
  addFile(session.kernel, `${path}/size`, READ_ONLY, value('u64', 'bd_nr_sectors'));
  addFile(session.kernel, `${path}/ro`, READ_ONLY, value('u8', 'bd_read_only'));
}

function addDiskLinks(kernel: Kernel, disk: Disk, path: string): void {
  addLink(kernel, path, 'bdi', `${BDI}/${numberOf(disk)}`);
  addLink(kernel, path, 'subsystem', 'sys/class/block');
  addLink(kernel, 'sys/block', disk.name, path);
  addLink(kernel, 'sys/class/block', disk.name, path);
  addLink(kernel, 'sys/dev/block', numberOf(disk), path);
}

/** `bdi_register`. */
function addBackingDevice(kernel: Kernel, number: string): void {
  if (!findTreeNode(kernel, BDI)) addDirectory(kernel, BDI);
  addDirectory(kernel, `${BDI}/${number}`, BDI_FILES);
  addDirectory(kernel, `${BDI}/${number}/power`);
  addLink(kernel, `${BDI}/${number}`, 'subsystem', 'sys/class/bdi');
  addLink(kernel, 'sys/class/bdi', number, `${BDI}/${number}`);
}

/** `del_gendisk`: all of them go, and the directories above with the last disk. */
export function removeDiskFiles(kernel: Kernel, disk: Disk): void {
  const { name } = disk;
  const number = numberOf(disk);
  for (const link of [`block/${name}`, `class/block/${name}`, `dev/block/${number}`, `class/bdi/${number}`])
    removeTree(kernel, `sys/${link}`);
  for (const [above, own] of [
    [BLOCK, name],
    [BDI, number],
  ] as const) {
    removeTree(kernel, `${above}/${own}`);
    if (!treeNodes(kernel).some(({ path }) => path.startsWith(`${above}/`))) removeTree(kernel, above);
  }
}
