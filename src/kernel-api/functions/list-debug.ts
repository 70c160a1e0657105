import { KERN, printk } from '../../kernel/log/printk.ts';
import { guardedObjects, objectsIn } from '../../kernel/memory/guarded-heap.ts';
import { type Address, formatAddress } from '../../memory/address.ts';
import { kernelBug } from '../core/faults/oops.ts';
import { type GuestCall, rowsOf } from '../kernel-function.ts';

/** include/linux/poison.h. */
const LIST_POISON1 = 0xdead000000000100n;
const LIST_POISON2 = 0xdead000000000122n;
/** `MODULES_VADDR`. */
const MODULES: Address = -0x40000000;

/** What is wrong with a list, and where lib/list_debug.c finds it. */
interface Corruption {
  readonly text: string;
  readonly line: number;
  readonly where: string;
}

type Words = readonly [text: string, line: number, offset: string];

const added = ([text, line, offset]: Words): Corruption => ({
  text,
  line,
  where: `__list_add_valid.cold+${offset}/0x5b`,
});
const deleted = ([text, line, offset]: Words): Corruption => ({
  text,
  line,
  where: `__list_del_entry_valid.cold+${offset}/0x6f`,
});

const hex = (address: Address): string => formatAddress(address);

/** `CHECK_DATA_CORRUPTION` with CONFIG_BUG_ON_DATA_CORRUPTION. Raises TaskKilled. */
function corrupted(call: GuestCall, { text, line, where }: Corruption): never {
  printk(call.kernel, KERN.ERR, text);
  kernelBug(call.session, `lib/list_debug.c:${line}`, where);
}

/**
 * Whether a list without pointers is the module's fault: one in its own data, or in memory that it has asked for while no
 * answer was made up. Others are the kernel's, which a model may have left empty.
 */
function isOwnFault({ session, kernel, memory }: GuestCall, list: Address): boolean {
  if (list >= MODULES) return true;
  const mapping = session.stubs.size === 0 ? memory.find(list) : undefined;
  return (
    mapping !== undefined &&
    objectsIn(kernel.heap, mapping).some(
      (each) => list >= each && list < each + guardedObjects(kernel.heap).get(each)!.objectSize,
    )
  );
}

/** `__list_add_valid`. */
function addValid(call: GuestCall): boolean {
  const [entry, previous, next] = [call.pointer(0), call.pointer(1), call.pointer(2)];
  const { memory } = call;
  if (previous === 0 || next === 0) {
    if (!isOwnFault(call, previous || next)) return false;
    const which = previous === 0 ? 'prev' : 'next';
    const words = `list_add corruption. ${which} is NULL.`;
    corrupted(call, added(previous === 0 ? [words, 23, '0xc'] : [words, 25, '0x59']));
  }
  const [back, forth] = [memory.readPointer(next + 8), memory.readPointer(previous)];
  if ((back === 0 && back !== previous) || (forth === 0 && forth !== next)) {
    if (!isOwnFault(call, back === 0 ? next : previous)) return false;
  }
  const first = `list_add corruption. next->prev should be prev (${hex(previous)}), but was ${hex(back)}. (next=${hex(next)}).`;
  if (back !== previous) corrupted(call, added([first, 27, '0x4b']));
  const second = `list_add corruption. prev->next should be next (${hex(next)}), but was ${hex(forth)}. (prev=${hex(previous)}).`;
  if (forth !== next) corrupted(call, added([second, 30, '0x3a']));
  const twice = `list_add double add: new=${hex(entry)}, prev=${hex(previous)}, next=${hex(next)}.`;
  if (entry === previous || entry === next) corrupted(call, added([twice, 33, '0x23']));
  return true;
}

/** `__list_del_entry_valid`. */
function deleteValid(call: GuestCall): boolean {
  const { memory } = call;
  const entry = call.pointer(0);
  const [nextBits, previousBits] = [memory.readU64(entry), memory.readU64(entry + 8)];
  const say = (what: string): string => `list_del corruption, ${hex(entry)}->${what}`;
  if (nextBits === 0n || previousBits === 0n) {
    if (!isOwnFault(call, entry)) return false;
    corrupted(call, deleted(nextBits === 0n ? [say('next is NULL'), 49, '0xf'] : [say('prev is NULL'), 51, '0x6d']));
  }
  const poison = (name: string, value: bigint): string => `${name} (${value.toString(16)})`;
  if (nextBits === LIST_POISON1)
    corrupted(call, deleted([say(`next is ${poison('LIST_POISON1', LIST_POISON1)}`), 53, '0x5c']));
  if (previousBits === LIST_POISON2)
    corrupted(call, deleted([say(`prev is ${poison('LIST_POISON2', LIST_POISON2)}`), 56, '0x4b']));
  return neighboursAgree(call, entry);
}

function neighboursAgree(call: GuestCall, entry: Address): boolean {
  const { memory } = call;
  const [next, previous] = [memory.readPointer(entry), memory.readPointer(entry + 8)];
  const [forth, back] = [memory.readPointer(previous), memory.readPointer(next + 8)];
  const should = `should be ${hex(entry)}, but was`;
  if (forth !== entry)
    corrupted(
      call,
      deleted([`list_del corruption. prev->next ${should} ${hex(forth)}. (prev=${hex(previous)})`, 59, '0x37']),
    );
  if (back !== entry)
    corrupted(
      call,
      deleted([`list_del corruption. next->prev ${should} ${hex(back)}. (next=${hex(next)})`, 62, '0x23']),
    );
  return true;
}

/** Lists with CONFIG_DEBUG_LIST. */
export const listDebugRows = () =>
  rowsOf('lib/list_debug.c', [
    ['bool __list_add_valid(struct list_head *new, struct list_head *prev, struct list_head *next)', addValid],
    ['bool __list_del_entry_valid(struct list_head *entry)', deleteValid],
  ]);
