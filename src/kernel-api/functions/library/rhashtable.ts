import { kfree, kzalloc } from '../../../kernel/memory/heap.ts';
import type { Address } from '../../../memory/address.ts';
import type { Session } from '../../core/session.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';

/** Buckets of every table: so many that inline code never asks for a larger one. */
const BUCKETS = 2048;
const LOCK_BIT = 1n;
/** Most entries that a chain of buckets may have before it counts as damaged. */
const LONGEST = 1 << 20;

/** The table behind a `struct rhashtable`: its buckets begin at a cache line. */
function tableOf(session: Session, hash: Address): Address {
  return session.pointerAt(hash, 'rhashtable', 'tbl');
}

function bucketsOf(session: Session, table: Address): Address {
  return table + session.fields.offset('bucket_table', 'buckets');
}

/** `rhashtable_init`: the parameters as they are given, and an empty table. */
function init(call: GuestCall): number {
  const { session, memory, kernel } = call;
  const [hash, parameters] = [call.pointer(0), call.pointer(1)];
  const size = session.fields.size('rhashtable_params');
  memory.view(hash, session.fields.size('rhashtable'), 'write').fill(0);
  const own = session.at(hash, 'rhashtable', 'p');
  memory.view(own, size, 'write').set(memory.view(parameters, size, 'read'));
  const keyLength = memory.readU16(session.at(own, 'rhashtable_params', 'key_len'));
  memory.writeU32(session.at(hash, 'rhashtable', 'key_len'), keyLength);
  memory.writeU32(session.at(hash, 'rhashtable', 'max_elems'), BUCKETS / 2);
  const table = kzalloc(kernel, session.fields.offset('bucket_table', 'buckets') + BUCKETS * 8);
  memory.writeU32(session.at(table, 'bucket_table', 'size'), BUCKETS);
  memory.writePointer(session.at(hash, 'rhashtable', 'tbl'), table);
  return 0;
}

/** `rhltable_init`: a `rhltable` is a `rhashtable` whose entries are lists. */
function initList(call: GuestCall): number {
  const hash = call.pointer(0);
  const error = init(call);
  call.memory.writeU8(call.session.at(hash, 'rhashtable', 'rhlist'), 1);
  return error;
}

/** The entries of one bucket: a chain that ends in an odd pointer. */
function chain({ memory }: Session, bucket: Address): Address[] {
  const found: Address[] = [];
  let next = memory.readU64(bucket) & ~LOCK_BIT;
  while (next !== 0n && found.length < LONGEST) {
    const entry = Number(BigInt.asIntN(64, next));
    found.push(entry);
    next = memory.readU64(entry);
    if (next & LOCK_BIT) break;
  }
  return found;
}

/** All entries: addresses of the objects that hold them. */
function objects(session: Session, hash: Address): Address[] {
  const table = tableOf(session, hash);
  if (table === 0) return [];
  const own = session.at(hash, 'rhashtable', 'p');
  const offset = session.memory.readU16(session.at(own, 'rhashtable_params', 'head_offset'));
  const first = bucketsOf(session, table);
  const buckets = Array.from({ length: BUCKETS }, (_, index) => first + index * 8);
  return buckets.flatMap((bucket) => chain(session, bucket)).map((entry) => entry - offset);
}

function destroy({ session, memory, kernel }: GuestCall, hash: Address): void {
  kfree(kernel, tableOf(session, hash));
  memory.writePointer(session.at(hash, 'rhashtable', 'tbl'), 0);
}

function freeAndDestroy(call: GuestCall): void {
  const { session } = call;
  const [hash, release, data] = [call.pointer(0), call.pointer(1), call.pointer(2)];
  if (release !== 0) for (const object of objects(session, hash)) session.call(release, object, data);
  destroy(call, hash);
}

/** `rhashtable_walk_enter`: begins before the first entry. */
function enter(call: GuestCall): void {
  const { session, memory } = call;
  const [hash, iterator] = [call.pointer(0), call.pointer(1)];
  memory.view(iterator, session.fields.size('rhashtable_iter'), 'write').fill(0);
  memory.writePointer(session.at(iterator, 'rhashtable_iter', 'ht'), hash);
}

/** `rhashtable_walk_next`: the entry behind the one that was given last. */
function next(call: GuestCall): Address {
  const { session, memory } = call;
  const iterator = call.pointer(0);
  const skip = session.at(iterator, 'rhashtable_iter', 'skip');
  const at = memory.readU32(skip);
  memory.writeU32(skip, at + 1);
  return objects(session, session.pointerAt(iterator, 'rhashtable_iter', 'ht'))[at] ?? 0;
}

/** Resizable hash tables: what inline code leaves to the kernel. */
export const rhashtableFunctions = () =>
  rowsOf('lib/rhashtable.c', [
    ['int rhashtable_init(struct rhashtable *ht, const struct rhashtable_params *params)', init],
    ['int rhltable_init(struct rhltable *hlt, const struct rhashtable_params *params)', initList],
    ['void rhashtable_destroy(struct rhashtable *ht)', (call) => destroy(call, call.pointer(0))],
    [
      'void rhashtable_free_and_destroy(struct rhashtable *ht, void (*free_fn)(void *ptr, void *arg), void *arg)',
      freeAndDestroy,
    ],
    ['void rhashtable_walk_enter(struct rhashtable *ht, struct rhashtable_iter *iter)', enter],
    ['int rhashtable_walk_start_check(struct rhashtable_iter *iter)', () => 0],
    ['void *rhashtable_walk_next(struct rhashtable_iter *iter)', next],
    ['void rhashtable_walk_stop(struct rhashtable_iter *iter)', () => undefined],
    ['void rhashtable_walk_exit(struct rhashtable_iter *iter)', () => undefined],
  ]);
