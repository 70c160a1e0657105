import type { Address } from '../memory/address.ts';
import type { AddressSpace } from '../memory/address-space.ts';

/** `INIT_LIST_HEAD`, include/linux/list.h: `next`, then `prev`. */
export function initListHead(memory: AddressSpace, head: Address): void {
  memory.writePointer(head, head);
  memory.writePointer(head + 8, head);
}

/** `list_add_tail`; with the first entry's address for `head` an insertion before it. */
export function listAddTail(memory: AddressSpace, entry: Address, head: Address): void {
  if (memory.readPointer(head) === 0) initListHead(memory, head);
  const last = memory.readPointer(head + 8);
  memory.writePointer(entry, head);
  memory.writePointer(entry + 8, last);
  memory.writePointer(last, entry);
  memory.writePointer(head + 8, entry);
}

/** `list_del_init`: out of its list, and a list of its own. An entry of no list is left alone. */
export function listDelInit(memory: AddressSpace, entry: Address): void {
  const [next, previous] = [memory.readPointer(entry), memory.readPointer(entry + 8)];
  if (next === 0) return;
  memory.writePointer(next + 8, previous);
  memory.writePointer(previous, next);
  initListHead(memory, entry);
}

/** The entries of a list, as they were when the walk began. A head that was never initialised is empty. */
export function listEntries(memory: AddressSpace, head: Address): Address[] {
  const entries: Address[] = [];
  for (let at = memory.readPointer(head); at !== head && at !== 0; at = memory.readPointer(at)) entries.push(at);
  return entries;
}
