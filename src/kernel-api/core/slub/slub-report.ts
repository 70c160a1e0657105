import { KERN, printk } from '../../../kernel/log/printk.ts';
import { addTaint, printTainted, TAINT } from '../../../kernel/log/taint.ts';
import { placeOf } from '../../../kernel/memory/guarded-heap.ts';
import type { GuardedObject, Track } from '../../../kernel/memory/heap.ts';
import { type Address, formatAddress, PAGE_SIZE } from '../../../memory/address.ts';
import { hexLine } from '../../hex-line.ts';
import { dumpStack } from '../faults/dump.ts';
import { sprintSymbol } from '../faults/symbolize.ts';
import { PAGE_OFFSET, VMEMMAP_BASE } from '../kernel-data/kernel-data.ts';
import { STRUCT_PAGE_SIZE } from '../kernel-data/page-frames.ts';
import type { Session } from '../session.ts';
import { jiffies } from '../tasks/virtual-clock.ts';

const ROW = 16;
/** `PG_slab` of zone 1 (DMA32) on node 0, as `%pGp` shows it. */
const FLAGS = '0xfffffc0000200(slab|node=0|zone=1|lastcpupid=0x1fffff)';

/** Says a line of a report: `pr_err`. */
function slubLine(session: Session, text: string): void {
  printk(session.kernel, KERN.ERR, text);
}

/** `slab_bug`, mm/slub.c. */
function slabBug(session: Session, cache: string, what: string): void {
  slubLine(session, '='.repeat(77));
  slubLine(session, `BUG ${cache} (${printTainted(session.kernel)}): ${what}`);
  slubLine(session, `${'-'.repeat(77)}\n`);
}

/** `slab_fix`. */
export function slabFix(session: Session, cache: string, what: string): void {
  slubLine(session, `FIX ${cache}: ${what}`);
}

/** `object_err` and `check_bytes_and_report`: what is wrong with an object, all that is known of it, and the taint. */
export function reportObject(session: Session, address: Address, what: string, detail?: string): void {
  const object = session.kernel.heap.guarded!.get(address)!;
  slabBug(session, object.cache, what);
  if (detail !== undefined) slubLine(session, detail);
  printTrailer(session, address, object);
  taint(session);
}

/** `slab_err`: something is wrong with what was said to be an object of this slab. */
export function reportSlab(session: Session, neighbour: Address, what: string): void {
  const object = session.kernel.heap.guarded!.get(neighbour)!;
  slabBug(session, object.cache, what);
  printSlabInfo(session, neighbour, object);
  dumpStack(session);
  taint(session);
}

/** `list_slab_objects`: what is in use of a cache that is to be destroyed. Requires an object. */
export function reportRemaining(session: Session, objects: readonly Address[]): void {
  for (const each of bySlab(session, objects)) {
    const [first] = each as [Address];
    const object = session.kernel.heap.guarded!.get(first)!;
    const { slab } = placeOf(session.kernel, first, object);
    reportSlab(session, first, `Objects remaining in ${object.cache} on __kmem_cache_shutdown()`);
    for (const address of each) {
      slubLine(session, `Object ${pointer(address)} @offset=${address - slab}`);
      printTrack(session, 'Allocated', session.kernel.heap.guarded!.get(address)!.allocated);
    }
  }
}

function bySlab(session: Session, objects: readonly Address[]): Address[][] {
  const slabs = new Map<Address, Address[]>();
  for (const address of objects) {
    const { slab } = placeOf(session.kernel, address, session.kernel.heap.guarded!.get(address)!);
    slabs.set(slab, [...(slabs.get(slab) ?? []), address]);
  }
  return [...slabs.values()];
}

function taint(session: Session): void {
  addTaint(session.kernel, TAINT.BAD_PAGE, 'LOCKDEP_NOW_UNRELIABLE');
}

/** `print_trailer`. */
function printTrailer(session: Session, address: Address, object: GuardedObject): void {
  const { slab, left, right } = placeOf(session.kernel, address, object);
  printTrack(session, 'Allocated', object.allocated);
  if (object.freed) printTrack(session, 'Freed', object.freed);
  printSlabInfo(session, address, object);
  const next = object.live ? 0 : nextFree(session, slab, object, address);
  slubLine(session, `Object ${pointer(address)} @offset=${address - slab} fp=${pointer(next)}\n`);
  printSection(session, 'Redzone', address - left, left);
  printSection(session, 'Object', address, Math.min(object.size, PAGE_SIZE));
  printSection(session, 'Redzone', address + object.size, right);
  dumpStack(session);
}

/** `print_track`. */
function printTrack(session: Session, what: string, { caller, pid, when }: Track): void {
  const age = Number(jiffies(session.kernel)) - when;
  const where = sprintSymbol(session.kernel, caller, 'S');
  slubLine(session, `${what} in ${where} age=${age} cpu=0 pid=${pid}`);
}

/** `print_slab_info`. */
function printSlabInfo(session: Session, address: Address, object: GuardedObject): void {
  const { slab, count } = placeOf(session.kernel, address, object);
  const free = freeOf(session, slab, object);
  const used = count - free.length;
  const page = VMEMMAP_BASE + Math.floor((slab - PAGE_OFFSET) / PAGE_SIZE) * STRUCT_PAGE_SIZE;
  const first = pointer(free.at(-1) ?? 0);
  slubLine(session, `Slab ${pointer(page)} objects=${count} used=${used} fp=${first} flags=${FLAGS}`);
}

function freeOf(session: Session, slab: Address, { objectSize }: GuardedObject): Address[] {
  const list = session.kernel.heap.guardedFree?.get(objectSize) ?? [];
  return list.filter((each) => session.memory.find(each)?.base === slab);
}

function nextFree(session: Session, slab: Address, object: GuardedObject, address: Address): Address {
  const free = freeOf(session, slab, object);
  return free[free.indexOf(address) - 1] ?? 0;
}

/** `print_section`: `print_hex_dump` with addresses, sixteen bytes a row. */
function printSection(session: Session, title: string, start: Address, length: number): void {
  for (let at = 0; at < length; at += ROW) {
    const bytes = session.memory.view(start + at, Math.min(ROW, length - at), 'read');
    slubLine(session, `${title.padEnd(9)}${formatAddress(start + at)}: ${hexLine(bytes, ROW, 1, true)}`);
  }
}

/** `0x%p` as the kernel prints it when `slub_debug` is on: not hashed. */
export function pointer(address: Address): string {
  return `0x${formatAddress(address)}`;
}
