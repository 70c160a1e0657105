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
export function addDiskFiles(session: Session, { disk, name, major, minor }: Disk, sequence: number): void {
  const { kernel, memory } = session;
  const path = `${BLOCK}/${name}`;
  const number = `${major}:${minor}`;
  const word = (field: string): number => memory.readU32(session.at(disk, 'gendisk', field));
  if (!findTreeNode(kernel, BLOCK)) addDirectory(kernel, BLOCK);
  addDirectory(kernel, path, DISK_FILES);
  const isQueued = session.pointerAt(session.pointerAt(disk, 'gendisk', 'queue'), 'request_queue', 'tag_set') !== 0;
  for (const each of ['holders', 'integrity', ...(isQueued ? ['mq'] : []), 'power', 'queue', 'slaves', 'trace'])
    addDirectory(kernel, `${path}/${each}`);
  const events = `MAJOR=${major}\nMINOR=${minor}\nDEVNAME=${name}\nDEVTYPE=disk\nDISKSEQ=${sequence}\n`;
  for (const [file, mode, text] of [
    ['dev', READ_ONLY, `${number}\n`],
    ['diskseq', READ_ONLY, `${sequence}\n`],
    ['range', READ_ONLY, `${word('minors')}\n`],
    ['removable', READ_ONLY, `${word('flags') & GENHD_FL_REMOVABLE ? 1 : 0}\n`],
    ['uevent', READ_WRITE, events],
  ] as const)
    addFixedFile(kernel, `${path}/${file}`, mode, text);
  const whole = session.pointerAt(disk, 'gendisk', 'part0');
  const value = (format: string, field: string): FileSource => {
    return { kind: 'value', format, address: session.at(whole, 'block_device', field) };
  };
  addFile(kernel, `${path}/size`, READ_ONLY, value('u64', 'bd_nr_sectors'));
  addFile(kernel, `${path}/ro`, READ_ONLY, value('u8', 'bd_read_only'));
  addBackingDevice(kernel, number);
  addLink(kernel, path, 'bdi', `${BDI}/${number}`);
  addLink(kernel, path, 'subsystem', 'sys/class/block');
  for (const [directory, link] of [
    ['sys/block', name],
    ['sys/class/block', name],
    ['sys/dev/block', number],
  ] as const)
    addLink(kernel, directory, link, path);
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
export function removeDiskFiles(kernel: Kernel, { name, major, minor }: Disk): void {
  const number = `${major}:${minor}`;
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
