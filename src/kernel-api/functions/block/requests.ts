import { SECTOR_SIZE } from '../../../kernel/devices/disks.ts';
import { allocatePages, kfree, kzalloc } from '../../../kernel/memory/heap.ts';
import { subsystem } from '../../../kernel/subsystem.ts';
import { type Address, PAGE_SIZE } from '../../../memory/address.ts';
import { pageOf } from '../../core/kernel-data/page-frames.ts';
import type { Session } from '../../core/session.ts';
import { runFor } from '../../core/tasks/scheduler.ts';
import { contextOf, queueOperation } from './hardware-context.ts';

/** A piece of a disk on its way: whole sectors. */
export interface Transfer {
  readonly disk: Address;
  readonly write: boolean;
  readonly sector: number;
  /** Filled by a read. */
  readonly bytes: Uint8Array;
}

/** `REQ_OP_WRITE`. */
const WRITE = 1;
/** `BLK_STS_IOERR`; `BLK_STS_OK` is 0. */
const IO_ERROR = 10;
/** Virtual time that a driver gets for one transfer, and how long the machine runs between two looks. */
const PATIENCE = 30e9;
const LOOK = 1e6;

/** Requests and bios that their driver has ended, with the status that it gave. */
const endedState = subsystem('transfers', () => ({ ended: {} as Record<string, number> }));

/** `blk_mq_end_request`, `bio_endio`. */
export function endTransfer({ kernel }: Session, object: Address, status: number): void {
  endedState(kernel).ended[object] ??= status;
}

/** Hands a transfer to the disk's driver and waits for its end: whether all went well. */
export function transfer(session: Session, wanted: Transfer): boolean {
  const { disk, bytes } = wanted;
  const pages = allocatePages(session.kernel, Math.ceil(bytes.length / PAGE_SIZE) * PAGE_SIZE);
  const view = () => session.memory.view(pages, bytes.length, 'write');
  if (wanted.write) view().set(bytes);
  const submit = session.pointerAt(session.pointerAt(disk, 'gendisk', 'fops'), 'block_device_operations', 'submit_bio');
  const status = submit === 0 ? sendRequests(session, wanted, pages) : sendBio(session, wanted, pages, submit);
  if (!wanted.write) bytes.set(view());
  kfree(session.kernel, pages);
  return status === 0;
}

/** A `struct bio` over pages that lie behind each other. */
function makeBio(session: Session, { disk, write }: Transfer, sector: number, pages: Address, size: number): Address {
  const { memory, kernel, fields } = session;
  const count = Math.ceil(size / PAGE_SIZE);
  const bio = kzalloc(kernel, fields.size('bio'));
  const vectors = kzalloc(kernel, count * fields.size('bio_vec'));
  for (let index = 0; index < count; index++) {
    const vector = vectors + index * fields.size('bio_vec');
    const start = pages + index * PAGE_SIZE;
    const offset = ((start % PAGE_SIZE) + PAGE_SIZE) % PAGE_SIZE;
    memory.writePointer(session.at(vector, 'bio_vec', 'bv_page'), pageOf(start - offset));
    memory.writeU32(session.at(vector, 'bio_vec', 'bv_offset'), offset);
    memory.writeU32(session.at(vector, 'bio_vec', 'bv_len'), Math.min(PAGE_SIZE, size - index * PAGE_SIZE));
  }
  memory.writePointer(session.at(bio, 'bio', 'bi_io_vec'), vectors);
  memory.writeU16(session.at(bio, 'bio', 'bi_vcnt'), count);
  memory.writePointer(session.at(bio, 'bio', 'bi_bdev'), session.pointerAt(disk, 'gendisk', 'part0'));
  memory.writeU32(session.at(bio, 'bio', 'bi_opf'), write ? WRITE : 0);
  const iterator = session.at(bio, 'bio', 'bi_iter');
  memory.writeU64(session.at(iterator, 'bvec_iter', 'bi_sector'), BigInt(sector));
  memory.writeU32(session.at(iterator, 'bvec_iter', 'bi_size'), size);
  return bio;
}

function freeBio(session: Session, bio: Address): void {
  kfree(session.kernel, session.pointerAt(bio, 'bio', 'bi_io_vec'));
  kfree(session.kernel, bio);
}

/** A driver of its own queue: `submit_bio`. */
function sendBio(session: Session, wanted: Transfer, pages: Address, submit: Address): number {
  const bio = makeBio(session, wanted, wanted.sector, pages, wanted.bytes.length);
  session.call(submit, bio);
  waitForEnd(session, bio);
  const status = session.memory.readU8(session.at(bio, 'bio', 'bi_status'));
  freeBio(session, bio);
  return status;
}

/** `blk_mq_submit_bio`: in pieces of at most the queue's limit. */
function sendRequests(session: Session, wanted: Transfer, pages: Address): number {
  const queue = session.pointerAt(wanted.disk, 'gendisk', 'queue');
  const limits = session.at(queue, 'request_queue', 'limits');
  const most = session.memory.readU32(session.at(limits, 'queue_limits', 'max_sectors')) * SECTOR_SIZE;
  for (let at = 0; at < wanted.bytes.length; at += most) {
    const size = Math.min(most, wanted.bytes.length - at);
    const bio = makeBio(session, wanted, wanted.sector + at / SECTOR_SIZE, pages + at, size);
    const status = sendRequest(session, queue, bio, size);
    freeBio(session, bio);
    if (status !== 0) return status;
  }
  return 0;
}

/** `blk_mq_dispatch_rq_list` with one request, behind which the driver has its own part. */
function sendRequest(session: Session, queue: Address, bio: Address, size: number): number {
  const { memory, kernel, fields } = session;
  const set = session.pointerAt(queue, 'request_queue', 'tag_set');
  const own = memory.readU32(session.at(set, 'blk_mq_tag_set', 'cmd_size'));
  const request = kzalloc(kernel, fields.size('request') + own);
  const data = kzalloc(kernel, fields.size('blk_mq_queue_data'));
  const context = contextOf(kernel, queue);
  const init = queueOperation(session, set, 'init_request');
  if (init !== 0) session.callInt(init, set, request, 0, 0);
  for (const [field, value] of [
    ['q', queue],
    ['mq_hctx', context],
    ['bio', bio],
    ['biotail', bio],
  ] as const)
    memory.writePointer(session.at(request, 'request', field), value);
  memory.writeU32(session.at(request, 'request', 'cmd_flags'), memory.readU32(session.at(bio, 'bio', 'bi_opf')));
  memory.writeU32(session.at(request, 'request', '__data_len'), size);
  const sector = session.at(session.at(bio, 'bio', 'bi_iter'), 'bvec_iter', 'bi_sector');
  memory.writeU64(session.at(request, 'request', '__sector'), memory.readU64(sector));
  memory.writePointer(session.at(data, 'blk_mq_queue_data', 'rq'), request);
  memory.writeU8(session.at(data, 'blk_mq_queue_data', 'last'), 1);
  const status = queueRequest(session, set, context, data) || waitForEnd(session, request);
  const exit = queueOperation(session, set, 'exit_request');
  if (exit !== 0) session.call(exit, set, request, 0);
  for (const object of [data, request]) kfree(kernel, object);
  return status;
}

/** `queue_rq` of the driver: BLK_STS_OK while the request is on its way. */
function queueRequest(session: Session, set: Address, context: Address, data: Address): number {
  return session.callInt(queueOperation(session, set, 'queue_rq'), context, data) & 0xff;
}

/** Lets the machine run until the driver has ended a request or bio: the status. */
function waitForEnd(session: Session, object: Address): number {
  const { ended } = endedState(session.kernel);
  for (let waited = 0; ended[object] === undefined && waited < PATIENCE; waited += LOOK) runFor(session, LOOK);
  const status = ended[object] ?? IO_ERROR;
  delete ended[object];
  return status;
}
