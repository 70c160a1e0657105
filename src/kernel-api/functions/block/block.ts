import { addNode, removeNode } from '../../../kernel/devices/char-devices.ts';
import { kfree, kzalloc } from '../../../kernel/memory/heap.ts';
import { subsystem } from '../../../kernel/subsystem.ts';
import type { Address } from '../../../memory/address.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';
import { addTreeNode, removeTree } from '../../vfs/tree.ts';

const EINVAL = -22;
const NAME_SIZE = 32;
const NODE_MODE = 0o600;
/** `struct blk_mq_tag_set.tags` of a set that is in use. */
const POINTER_SIZE = 8;

interface Disk {
  readonly disk: Address;
  readonly name: string;
}

const diskState = subsystem('disks', () => ({ disks: [] as Disk[] }));

/** `__blk_mq_alloc_disk`, `__blk_alloc_disk`: a gendisk with its queue and its whole-disk block device. */
function allocateDisk(call: GuestCall, data: Address): Address {
  const { session, memory, kernel } = call;
  const make = (structure: string): Address => kzalloc(kernel, session.fields.size(structure));
  const [disk, queue, whole] = [make('gendisk'), make('request_queue'), make('block_device')];
  memory.writePointer(session.at(disk, 'gendisk', 'queue'), queue);
  memory.writePointer(session.at(disk, 'gendisk', 'part0'), whole);
  memory.writePointer(session.at(queue, 'request_queue', 'queuedata'), data);
  memory.writePointer(session.at(queue, 'request_queue', 'disk'), disk);
  memory.writePointer(session.at(whole, 'block_device', 'bd_disk'), disk);
  memory.writePointer(session.at(whole, 'block_device', 'bd_queue'), queue);
  return disk;
}

/** `device_add_disk`: a node in /dev, a directory in /sys/block. */
function addDisk(call: GuestCall): number {
  const { session, memory, kernel } = call;
  const disk = call.pointer(1);
  const name = memory.readCString(session.at(disk, 'gendisk', 'disk_name'), NAME_SIZE);
  const [major, minor] = ['major', 'first_minor'].map((field) => memory.readU32(session.at(disk, 'gendisk', field)));
  if (name === '') return EINVAL;
  addNode(kernel, { path: name, type: 'b', major: major!, minor: minor!, mode: NODE_MODE });
  const path = `sys/devices/virtual/block/${name}`;
  addTreeNode(kernel, { path, kind: 'directory', mode: 0o755, object: 0 });
  const capacity = session.at(session.pointerAt(disk, 'gendisk', 'part0'), 'block_device', 'bd_nr_sectors');
  const file = { kind: 'file', mode: 0o444, object: 0 } as const;
  addTreeNode(kernel, { ...file, path: `${path}/size`, source: { kind: 'value', format: 'u64', address: capacity } });
  addTreeNode(kernel, { ...file, path: `${path}/dev`, source: { kind: 'text', text: `${major}:${minor}\n` } });
  const link = { path: `sys/block/${name}`, kind: 'link', mode: 0o777, object: 0 } as const;
  addTreeNode(kernel, { ...link, target: `../devices/virtual/block/${name}` });
  diskState(kernel).disks.push({ disk, name });
  return 0;
}

function deleteDisk(call: GuestCall): void {
  const { disks } = diskState(call.kernel);
  const at = disks.findIndex((each) => each.disk === call.pointer(0));
  if (at < 0) return;
  const [{ name }] = disks.splice(at, 1) as [Disk];
  removeNode(call.kernel, name);
  removeTree(call.kernel, `sys/block/${name}`);
  removeTree(call.kernel, `sys/devices/virtual/block/${name}`);
}

function putDisk(call: GuestCall): void {
  const { session, kernel } = call;
  const disk = call.pointer(0);
  if (disk === 0) return;
  for (const field of ['queue', 'part0']) kfree(kernel, session.pointerAt(disk, 'gendisk', field));
  kfree(kernel, disk);
}

/** `set_capacity`: sectors of 512 bytes. */
function setCapacity(call: GuestCall): void {
  const { session, memory } = call;
  const whole = session.pointerAt(call.pointer(0), 'gendisk', 'part0');
  memory.writeU64(session.at(whole, 'block_device', 'bd_nr_sectors'), call.long(1));
}

/** `queue->limits` fields that drivers set. */
function setLimit(call: GuestCall, ...names: string[]): void {
  const limits = call.session.at(call.pointer(0), 'request_queue', 'limits');
  for (const name of names) call.memory.writeU32(call.session.at(limits, 'queue_limits', name), call.unsigned(1));
}

function allocateTags(call: GuestCall): number {
  const { session, memory, kernel } = call;
  const set = call.pointer(0);
  const depth = memory.readU32(session.at(set, 'blk_mq_tag_set', 'queue_depth'));
  if (memory.readU32(session.at(set, 'blk_mq_tag_set', 'nr_hw_queues')) === 0 || depth === 0) return EINVAL;
  memory.writePointer(session.at(set, 'blk_mq_tag_set', 'tags'), kzalloc(kernel, POINTER_SIZE));
  return 0;
}

function freeTags(call: GuestCall): void {
  const tags = call.session.at(call.pointer(0), 'blk_mq_tag_set', 'tags');
  kfree(call.kernel, call.memory.readPointer(tags));
  call.memory.writePointer(tags, 0);
}

const nothing = (): undefined => undefined;

/** Disks: nobody reads or writes them. */
export const blockFunctions = () => [
  ...rowsOf('block/blk-mq.c', [
    ['int blk_mq_alloc_tag_set(struct blk_mq_tag_set *set)', allocateTags],
    ['void blk_mq_free_tag_set(struct blk_mq_tag_set *set)', freeTags],
    [
      'struct gendisk *__blk_mq_alloc_disk(struct blk_mq_tag_set *set, void *queuedata, struct lock_class_key *lkclass)',
      (call) => allocateDisk(call, call.pointer(1)),
    ],
    ['void blk_mq_start_request(struct request *rq)', nothing],
    ['void blk_mq_end_request(struct request *rq, blk_status_t error)', nothing],
  ]),
  ...rowsOf('block/genhd.c', [
    ['struct gendisk *__blk_alloc_disk(int node, struct lock_class_key *lkclass)', (call) => allocateDisk(call, 0)],
    [
      'int device_add_disk(struct device *parent, struct gendisk *disk, const struct attribute_group **groups)',
      addDisk,
    ],
    ['void del_gendisk(struct gendisk *gp)', deleteDisk],
    ['void put_disk(struct gendisk *disk)', putDisk],
    ['void set_capacity(struct gendisk *disk, sector_t sectors)', setCapacity],
  ]),
  ...rowsOf('block/blk-settings.c', [
    [
      'void blk_queue_logical_block_size(struct request_queue *q, unsigned int size)',
      (call) => setLimit(call, 'logical_block_size'),
    ],
    [
      'void blk_queue_physical_block_size(struct request_queue *q, unsigned int size)',
      (call) => setLimit(call, 'physical_block_size'),
    ],
    [
      'void blk_queue_max_hw_sectors(struct request_queue *q, unsigned int max_hw_sectors)',
      (call) => setLimit(call, 'max_hw_sectors', 'max_sectors'),
    ],
  ]),
];
