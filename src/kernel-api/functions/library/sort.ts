import type { Address } from '../../../memory/address.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';
import { listEntries } from '../../lists.ts';

/** What a sort does with two elements: how they stand, and how they change places. */
interface Order {
  readonly compare: (left: Address, right: Address) => number;
  readonly swap: (left: Address, right: Address) => void;
}

/** The caller's functions; `extra` is what `sort_r` hands on to them. */
function orderOf(call: GuestCall, extra: readonly bigint[]): Order {
  const { session, memory } = call;
  const [size, compare, swap] = [call.size(2), call.pointer(3), call.pointer(4)];
  const exchange = (left: Address, right: Address): void => {
    const kept = memory.view(left, size, 'read').slice();
    memory.view(left, size, 'write').set(memory.view(right, size, 'read'));
    memory.view(right, size, 'write').set(kept);
  };
  return {
    compare: (left, right) => session.callInt(compare, left, right, ...extra),
    swap: swap === 0 ? exchange : (left, right) => session.call(swap, left, right, size, ...extra),
  };
}

/** The element that takes the place of `top`, from the leaf that the greater children lead to upwards. */
function findPlace(top: number, count: number, at: (index: number) => Address, { compare }: Order): number {
  let place = top;
  for (; 2 * place + 2 < count; ) {
    const left = 2 * place + 1;
    place = compare(at(left), at(left + 1)) >= 0 ? left : left + 1;
  }
  if (2 * place + 2 === count) place = 2 * place + 1;
  while (place !== top && compare(at(top), at(place)) >= 0) place = (place - 1) >> 1;
  return place;
}

function siftDown(top: number, count: number, at: (index: number) => Address, order: Order): void {
  const place = findPlace(top, count, at, order);
  for (let parent = place; parent !== top; ) {
    parent = (parent - 1) >> 1;
    order.swap(at(parent), at(place));
  }
}

/** `sort`, `sort_r`: heap sort from the leaves, so that the caller's functions see the kernel's comparisons. */
function sort(call: GuestCall, extra: readonly bigint[]): void {
  const [base, number, size] = [call.pointer(0), call.size(1), call.size(2)];
  const at = (index: number): Address => base + index * size;
  const order = orderOf(call, extra);
  if (number < 2) return;
  for (let top = (number >> 1) - 1; top >= 0; top--) siftDown(top, number, at, order);
  for (let count = number - 1; count > 0; count--) {
    order.swap(at(0), at(count));
    siftDown(0, count, at, order);
  }
}

function bsearch(call: GuestCall): Address {
  const [key, size, compare] = [call.pointer(0), call.size(3), call.pointer(4)];
  let [base, count] = [call.pointer(1), call.size(2)];
  for (; count > 0; count = Math.floor(count / 2)) {
    const pivot = base + Math.floor(count / 2) * size;
    const result = call.session.callInt(compare, key, pivot);
    if (result === 0) return pivot;
    if (result < 0) continue;
    base = pivot + size;
    count--;
  }
  return 0;
}

type Compare = (left: Address, right: Address) => number;

/** Two sorted runs as one; of equals those of the older run come first. */
function merge(older: readonly Address[], newer: readonly Address[], compare: Compare): Address[] {
  const merged: Address[] = [];
  let [left, right] = [0, 0];
  while (left < older.length && right < newer.length)
    merged.push(compare(older[left]!, newer[right]!) <= 0 ? older[left++]! : newer[right++]!);
  return [...merged, ...older.slice(left), ...newer.slice(right)];
}

/** How many of the lowest bits are set. */
function trailingOnes(count: number): number {
  return 31 - Math.clz32(~count & (count + 1));
}

/** `list_sort`'s runs: two of 2^k become one when a third of that size is about to be begun. */
function sortedRuns(entries: readonly Address[], compare: Compare): Address[][] {
  const runs: Address[][] = [];
  for (const [count, entry] of entries.entries()) {
    const ones = trailingOnes(count);
    if (count >> ones !== 0) {
      const at = runs.length - 2 - ones;
      runs.splice(at, 2, merge(runs[at]!, runs[at + 1]!, compare));
    }
    runs.push([entry]);
  }
  return runs;
}

function listSort(call: GuestCall): void {
  const [context, head, function_] = [call.long(0), call.pointer(1), call.pointer(2)];
  const compare: Compare = (left, right) => call.session.callInt(function_, context, left, right);
  const runs = sortedRuns(listEntries(call.memory, head), compare);
  if (runs.length === 0) return;
  const sorted = runs.reduceRight((newer, older) => merge(older, newer, compare));
  let previous = head;
  for (const entry of [...sorted, head]) {
    call.memory.writePointer(previous, entry);
    call.memory.writePointer(entry + 8, previous);
    previous = entry;
  }
}

const ARGUMENTS = 'size_t size, cmp_func_t cmp_func, swap_func_t swap_func';

/** Order: lib/sort.c, lib/list_sort.c, lib/bsearch.c. */
export const sortFunctions = () => [
  ...rowsOf('lib/sort.c', [
    [`void sort(void *base, size_t num, ${ARGUMENTS})`, (call) => sort(call, [])],
    [`void sort_r(void *base, size_t num, ${ARGUMENTS}, const void *priv)`, (call) => sort(call, [call.long(5)])],
  ]),
  ...rowsOf('lib/bsearch.c', [
    ['void *bsearch(const void *key, const void *base, size_t num, size_t size, cmp_func_t cmp)', bsearch],
  ]),
  ...rowsOf('lib/list_sort.c', [['void list_sort(void *priv, struct list_head *head, list_cmp_func_t cmp)', listSort]]),
];
