import { EINVAL } from '../../../abi/negative-errno.ts';
import { addNode, removeNode } from '../../../kernel/devices/char-devices.ts';
import { DISK_NAME_LEN, type Disk, diskState } from '../../../kernel/devices/disks.ts';
import { kfree, kzalloc } from '../../../kernel/memory/heap.ts';
import type { Address } from '../../../memory/address.ts';
import { type GuestCall, nothing, rowsOf } from '../../kernel-function.ts';
import { scanPartitions } from '../../vfs/block-file.ts';
import { makeDevice } from '../file/chardev.ts';
import { addDiskFiles, removeDiskFiles } from './disk-files.ts';
import { dropContext, makeContext, queueOperation } from './hardware-context.ts';
import { capacityOf } from './page-cache.ts';
import { endTransfer } from './requests.ts';

const NODE_MODE = 0o600;
/** `struct blk_mq_tag_set.tags` of a set that is in use. */
const POINTER_SIZE = 8;
/** `BLK_DEF_MAX_SECTORS`, block/blk.h. */
const DEFAULT_SECTORS = 2560;
/** `blk_set_default_limits`, block/blk-settings.c. */
const LIMITS = [
  ['logical_block_size', 512],
  ['physical_block_size', 512],
  ['max_hw_sectors', 255],
  ['max_sectors', 255],
] as const;

/** `__blk_mq_alloc_disk`, `__blk_alloc_disk`: a gendisk with its queue and its whole-disk block device. */
function allocateDisk(call: GuestCall, data: Address, set: Address = 0): Address {
  const { session, memory, kernel } = call;
  const make = (structure: string): Address => kzalloc(kernel, session.fields.size(structure));
  const [disk, queue, whole] = [make('gendisk'), make('request_queue'), make('block_device')];
  memory.writePointer(session.at(disk, 'gendisk', 'queue'), queue);
  memory.writePointer(session.at(disk, 'gendisk', 'part0'), whole);
  memory.writePointer(session.at(queue, 'request_queue', 'queuedata'), data);
  memory.writePointer(session.at(queue, 'request_queue', 'disk'), disk);
  const limits = session.at(queue, 'request_queue', 'limits');
  for (const [name, value] of LIMITS) memory.writeU32(session.at(limits, 'queue_limits', name), value);
  memory.writePointer(session.at(whole, 'block_device', 'bd_disk'), disk);
  memory.writePointer(session.at(whole, 'block_device', 'bd_queue'), queue);
  if (set !== 0) makeContext(session, queue, set);
  return disk;
}

/** `device_add_disk`: a node in /dev, directories in sysfs, and a look for partitions. */
function addDisk(call: GuestCall): number {
  const { session, memory, kernel } = call;
  const disk = call.pointer(1);
  const name = memory.readCString(session.at(disk, 'gendisk', 'disk_name'), DISK_NAME_LEN);
  const [major, minor] = ['major', 'first_minor'].map((field) => memory.readU32(session.at(disk, 'gendisk', field)));
  if (name === '') return EINVAL;
  const state = diskState(kernel);
  const added = { disk, name, major: major!, minor: minor!, sectors: capacityOf(session, disk) };
  memory.writeU32(session.at(session.pointerAt(disk, 'gendisk', 'part0'), 'block_device', 'bd_dev'), devt(added));
  addNode(kernel, { path: name, type: 'b', major: major!, minor: minor!, mode: NODE_MODE });
  addDiskFiles(session, added, state.nextSequence++);
  state.disks.push(added);
  if (added.sectors > 0) scanPartitions(session, disk);
  return 0;
}

const devt = ({ major, minor }: { major: number; minor: number }): number => makeDevice(major, minor);

function deleteDisk(call: GuestCall): void {
  const { disks } = diskState(call.kernel);
  const at = disks.findIndex((each) => each.disk === call.pointer(0));
  if (at < 0) return;
  const [removed] = disks.splice(at, 1) as [Disk];
  removeNode(call.kernel, removed.name);
  removeDiskFiles(call.kernel, removed);
}

function putDisk(call: GuestCall): void {
  const { session, kernel } = call;
  const disk = call.pointer(0);
  if (disk === 0) return;
  dropContext(session, session.pointerAt(disk, 'gendisk', 'queue'));
  for (const field of ['queue', 'part0']) kfree(kernel, session.pointerAt(disk, 'gendisk', field));
  kfree(kernel, disk);
}

/** `set_capacity`: sectors of 512 bytes. */
function setCapacity(call: GuestCall): void {
  const { session, memory } = call;
  const whole = session.pointerAt(call.pointer(0), 'gendisk', 'part0');
  memory.writeU64(session.at(whole, 'block_device', 'bd_nr_sectors'), call.long(1));
  const { disks } = diskState(call.kernel);
  const at = disks.findIndex(({ disk }) => disk === call.pointer(0));
  if (at >= 0) disks[at] = { ...disks[at]!, sectors: call.size(1) };
}

/** `queue->limits` fields that drivers set. */
function setLimit(call: GuestCall, name: string, value = call.unsigned(1)): void {
  const limits = call.session.at(call.pointer(0), 'request_queue', 'limits');
  call.memory.writeU32(call.session.at(limits, 'queue_limits', name), value);
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

function endRequest(call: GuestCall): void {
  endTransfer(call.session, call.pointer(0), call.unsigned(1) & 0xff);
}

/** `blk_mq_complete_request`: the driver's `complete`, at once. */
function completeRequest(call: GuestCall): void {
  const { session } = call;
  const request = call.pointer(0);
  const queue = session.pointerAt(request, 'request', 'q');
  const complete = queueOperation(session, session.pointerAt(queue, 'request_queue', 'tag_set'), 'complete');
  if (complete !== 0) session.call(complete, request);
}

/** Bytes of a request that are done: whether some are left. */
function updateRequest({ session, memory }: GuestCall, request: Address, done: number): boolean {
  const length = session.at(request, 'request', '__data_len');
  const left = Math.max(0, memory.readU32(length) - done);
  memory.writeU32(length, left);
  return left > 0;
}

/** Disks: block/. */
export const blockFunctions = () => [
  ...rowsOf('block/blk-mq.c', [
    ['int blk_mq_alloc_tag_set(struct blk_mq_tag_set *set)', allocateTags],
    ['void blk_mq_free_tag_set(struct blk_mq_tag_set *set)', freeTags],
    [
      'struct gendisk *__blk_mq_alloc_disk(struct blk_mq_tag_set *set, void *queuedata, struct lock_class_key *lkclass)',
      (call) => allocateDisk(call, call.pointer(1), call.pointer(0)),
    ],
    ['void blk_mq_start_request(struct request *rq)', nothing],
    ['void blk_mq_end_request(struct request *rq, blk_status_t error)', endRequest],
    ['void __blk_mq_end_request(struct request *rq, blk_status_t error)', endRequest],
    ['void blk_mq_complete_request(struct request *rq)', completeRequest],
    [
      'bool blk_update_request(struct request *req, blk_status_t error, unsigned int nr_bytes)',
      (call) => updateRequest(call, call.pointer(0), call.unsigned(2)),
    ],
  ]),
  ...rowsOf('block/bio.c', [
    ['void bio_endio(struct bio *bio)', (call) => endTransfer(call.session, call.pointer(0), 0)],
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
      (call) => {
        setLimit(call, 'max_hw_sectors');
        setLimit(call, 'max_sectors', Math.min(call.unsigned(1), DEFAULT_SECTORS));
      },
    ],
  ]),
];
