import { EBUSY, ENOMEM, ENOSPC } from '../../abi/negative-errno.ts';
import { subsystem } from '../../kernel/subsystem.ts';
import type { Address } from '../../memory/address.ts';
import { type GuestCall, rowsOf } from '../kernel-function.ts';

/** The tag of an idr's root that says that there are free ids: include/linux/idr.h. */
const IDR_FREE = 0;
/** Most that an id of a range without an end may be: `INT_MAX`. */
const INT_MAX = 0x7fffffff;

/** What idr, ida and xarray trees hold, by the tree's address and the index: pointers as bit patterns in text. */
const treeState = subsystem('xarray', () => ({ trees: {} as Record<string, Record<string, string>> }));

function tree(call: GuestCall, address: Address): Record<string, string> {
  const { trees } = treeState(call.kernel);
  trees[address] ??= {};
  return trees[address];
}

/** Shows inline code whether the tree is empty: `xa_head` behind the lock and the flags. */
function showHead(call: GuestCall, address: Address): void {
  const head = call.session.at(address, 'xarray', 'xa_head');
  call.memory.writePointer(head, Object.keys(tree(call, address)).length === 0 ? 0 : address | 1);
}

function put(call: GuestCall, address: Address, index: bigint, value: bigint): bigint {
  const entries = tree(call, address);
  const before = BigInt(entries[`${index}`] ?? 0);
  if (value === 0n) delete entries[`${index}`];
  else entries[`${index}`] = `${value}`;
  showHead(call, address);
  return before;
}

function get(call: GuestCall, address: Address, index: bigint): bigint {
  return BigInt(tree(call, address)[`${index}`] ?? 0);
}

function freeIndex(call: GuestCall, address: Address, low: number, high: number): number {
  const entries = tree(call, address);
  for (let index = low; index <= high; index++) if (!(`${index}` in entries)) return index;
  return ENOSPC;
}

/** `idr_alloc(idr, ptr, start, end, gfp)`: `end` 0 or less is no end. */
function idrAlloc(call: GuestCall): number {
  const [idr, value, start, end] = [call.pointer(0), call.long(1), call.int(2), call.int(3)];
  const index = freeIndex(call, idr, start, end > 0 ? end - 1 : INT_MAX);
  if (index >= 0) put(call, idr, BigInt(index), value || 1n);
  return index;
}

function sortedIndices(call: GuestCall, address: Address): bigint[] {
  return Object.keys(tree(call, address))
    .map(BigInt)
    .sort((a, b) => (a < b ? -1 : 1));
}

/** `idr_get_next`: the entry at or behind `*id`. */
function idrNext(call: GuestCall): bigint {
  const [idr, place] = [call.pointer(0), call.pointer(1)];
  const from = BigInt(call.memory.readU32(place));
  const found = sortedIndices(call, idr).find((index) => index >= from);
  if (found === undefined) return 0n;
  call.memory.writeU32(place, Number(found));
  return get(call, idr, found);
}

function forEach(call: GuestCall): number {
  const [idr, callback, data] = [call.pointer(0), call.pointer(1), call.long(2)];
  for (const index of sortedIndices(call, idr)) {
    const result = call.session.callInt(callback, Number(index), get(call, idr, index), data);
    if (result !== 0) return result;
  }
  return 0;
}

/** `xa_find`, `xa_find_after`. */
function xaFind(call: GuestCall, after: boolean): bigint {
  const [array, place, max] = [call.pointer(0), call.pointer(1), call.long(2)];
  const from = call.memory.readU64(place) + (after ? 1n : 0n);
  const found = sortedIndices(call, array).find((index) => index >= from && index <= max);
  if (found === undefined) return 0n;
  call.memory.writeU64(place, found);
  return get(call, array, found);
}

/** `__xa_alloc(xa, id, entry, limit, gfp)`: `limit` is `{max, min}` in one register. */
function xaAlloc(call: GuestCall): number {
  const [array, place, value, limit] = [call.pointer(0), call.pointer(1), call.long(2), call.long(3)];
  const index = freeIndex(call, array, Number(limit >> 32n), Number(limit & 0xffffffffn));
  if (index < 0) return EBUSY;
  put(call, array, BigInt(index), value || 1n);
  call.memory.writeU32(place, index);
  return 0;
}

/** `radix_tree_gang_lookup(root, results, first, max)`: entries from an index on. */
function gangLookup(call: GuestCall): number {
  const [root, results, first, limit] = [call.pointer(0), call.pointer(1), call.long(2), call.unsigned(3)];
  const found = sortedIndices(call, root)
    .filter((index) => index >= first)
    .slice(0, limit);
  for (const [at, index] of found.entries()) call.memory.writeU64(results + at * 8, get(call, root, index));
  return found.length;
}

function forget(call: GuestCall): void {
  delete treeState(call.kernel).trees[call.pointer(0)];
  showHead(call, call.pointer(0));
}

/** Ids and sparse arrays: lib/idr.c, lib/xarray.c, lib/radix-tree.c. */
export const structureFunctions = () => [
  ...rowsOf('lib/idr.c', [
    ['int idr_alloc(struct idr *idr, void *ptr, int start, int end, gfp_t gfp)', idrAlloc],
    ['int idr_alloc_cyclic(struct idr *idr, void *ptr, int start, int end, gfp_t gfp)', idrAlloc],
    ['void *idr_find(const struct idr *idr, unsigned long id)', (call) => get(call, call.pointer(0), call.long(1))],
    ['void *idr_remove(struct idr *idr, unsigned long id)', (call) => put(call, call.pointer(0), call.long(1), 0n)],
    [
      'void *idr_replace(struct idr *idr, void *ptr, unsigned long id)',
      (call) => put(call, call.pointer(0), call.long(2), call.long(1)),
    ],
    ['void *idr_get_next(struct idr *idr, int *nextid)', idrNext],
    ['int idr_for_each(const struct idr *idr, int (*fn)(int id, void *p, void *data), void *data)', forEach],
    ['void idr_destroy(struct idr *idr)', forget],
    ['void idr_preload(gfp_t gfp_mask)', () => undefined],
    [
      'int ida_alloc_range(struct ida *ida, unsigned int min, unsigned int max, gfp_t gfp)',
      (call) => {
        const [ida, low, high] = [call.pointer(0), call.unsigned(1), Math.min(call.unsigned(2), INT_MAX)];
        const index = freeIndex(call, ida, low, high);
        if (index >= 0) put(call, ida, BigInt(index), 1n);
        return index;
      },
    ],
    [
      'void ida_free(struct ida *ida, unsigned int id)',
      (call) => void put(call, call.pointer(0), BigInt(call.unsigned(1)), 0n),
    ],
    ['void ida_destroy(struct ida *ida)', forget],
  ]),
  ...rowsOf('lib/xarray.c', [
    ['void *xa_load(struct xarray *xa, unsigned long index)', (call) => get(call, call.pointer(0), call.long(1))],
    [
      'void *xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)',
      (call) => put(call, call.pointer(0), call.long(1), call.long(2)),
    ],
    [
      'void *__xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)',
      (call) => put(call, call.pointer(0), call.long(1), call.long(2)),
    ],
    ['void *xa_erase(struct xarray *xa, unsigned long index)', (call) => put(call, call.pointer(0), call.long(1), 0n)],
    [
      'void *__xa_erase(struct xarray *xa, unsigned long index)',
      (call) => put(call, call.pointer(0), call.long(1), 0n),
    ],
    [
      'int __xa_insert(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)',
      (call) => {
        const [array, index, value] = [call.pointer(0), call.long(1), call.long(2)];
        if (get(call, array, index) !== 0n) return EBUSY;
        put(call, array, index, value || 1n);
        return 0;
      },
    ],
    ['int __xa_alloc(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit, gfp_t gfp)', xaAlloc],
    [
      'void *xa_find(struct xarray *xa, unsigned long *indexp, unsigned long max, xa_mark_t filter)',
      (call) => xaFind(call, false),
    ],
    [
      'void *xa_find_after(struct xarray *xa, unsigned long *indexp, unsigned long max, xa_mark_t filter)',
      (call) => xaFind(call, true),
    ],
    ['void xa_clear_mark(struct xarray *xa, unsigned long index, xa_mark_t mark)', () => undefined],
    ['void xa_set_mark(struct xarray *xa, unsigned long index, xa_mark_t mark)', () => undefined],
    ['bool xa_get_mark(struct xarray *xa, unsigned long index, xa_mark_t mark)', () => 0],
    ['void xa_destroy(struct xarray *xa)', forget],
  ]),
  ...rowsOf('lib/radix-tree.c', [
    [
      'int radix_tree_tagged(const struct xarray *root, unsigned int tag)',
      (call) => (call.unsigned(1) === IDR_FREE ? 1 : 0),
    ],
    [
      'unsigned int radix_tree_gang_lookup(const struct xarray *root, void **results, unsigned long first_index, unsigned int max_items)',
      gangLookup,
    ],
    [
      'int radix_tree_insert(struct xarray *root, unsigned long index, void *item)',
      (call) => (put(call, call.pointer(0), call.long(1), call.long(2)) === 0n ? 0 : ENOMEM),
    ],
    [
      'void *radix_tree_lookup(const struct xarray *root, unsigned long index)',
      (call) => get(call, call.pointer(0), call.long(1)),
    ],
    [
      'void *radix_tree_delete(struct xarray *root, unsigned long index)',
      (call) => put(call, call.pointer(0), call.long(1), 0n),
    ],
  ]),
];
