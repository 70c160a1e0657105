import type { Kernel } from '../../../kernel/kernel.ts';
import { KERN, type LogLevel } from '../../../kernel/log/printk.ts';
import { allocatePages, kfree } from '../../../kernel/memory/heap.ts';
import { subsystem } from '../../../kernel/subsystem.ts';
import { type Address, PAGE_SIZE } from '../../../memory/address.ts';
import { READ_WRITE } from '../../../memory/mapping.ts';
import { warn } from '../../core/faults/warn.ts';
import { formatContext } from '../../core/format-session.ts';
import { MEMORY_SIZE, VMALLOC_BASE } from '../../core/kernel-data/kernel-data.ts';
import { addressOfPage, frameOf, isVmalloc, pageOf } from '../../core/kernel-data/page-frames.ts';
import { slabAlloc, slabFree } from '../../core/slub/slub.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';
import { listArguments } from '../../vsprintf/format-context.ts';
import { vsprintf } from '../../vsprintf/vsprintf.ts';

/** `PAGE_SIZE << (MAX_ORDER - 1)`, include/linux/mmzone.h. */
const MAX_BUDDY = 4 << 20;
/** Allocations beyond this are refused as the page allocator would: the machine has less than a gigabyte to give. */
const MAX_VMALLOC = 512 << 20;

/** Below stands what the loader itself takes of the area. */
const FIRST = VMALLOC_BASE + 0x4000_0000;

/** Where the next area goes, and which are for programs (`VM_USERMAP`). */
const vmallocState = subsystem('vmalloc', () => ({ next: FIRST, forUsers: [] as Address[] }));

/** Whether the area at an address may be mapped by a program: `vmalloc_user`. */
export function isForUsers(kernel: Kernel, base: Address): boolean {
  return vmallocState(kernel).forUsers.includes(base);
}

/** `__vmalloc`: zeroed pages with a guard page behind them. A size of 0 is a warning. */
function vmalloc(call: GuestCall, size: number): Address {
  if (size === 0) {
    warn(call.session, {
      place: 'mm/vmalloc.c:3227',
      where: '__vmalloc_node_range+0x806/0x880',
      inner: ['vmalloc'],
    });
    return 0;
  }
  if (size > MAX_VMALLOC) return 0;
  const state = vmallocState(call.kernel);
  const base = state.next;
  const pages = Math.ceil(size / PAGE_SIZE) * PAGE_SIZE;
  call.memory.map(base, new Uint8Array(pages), READ_WRITE, 'vmalloc');
  state.next = base + pages + PAGE_SIZE;
  return base;
}

/** `vmalloc_user`. */
function vmallocForUsers(call: GuestCall, size: number): Address {
  const base = vmalloc(call, size);
  if (base !== 0) vmallocState(call.kernel).forUsers.push(base);
  return base;
}

/** `vfree`: NULL is nothing; what is not the beginning of an area is a warning (`__vunmap`). */
function vfree(call: GuestCall, address: Address): void {
  const mapping = call.memory.find(address);
  if (address === 0) return;
  if (address % PAGE_SIZE !== 0) refuseArea(call, address, 'bad address', 2752, KERN.WARNING);
  else if (mapping?.name === 'vmalloc' && mapping.base === address) unmapArea(call, address);
  else refuseArea(call, address, 'nonexistent vm area', 2758, KERN.ERR);
}

function unmapArea({ kernel, memory }: GuestCall, base: Address): void {
  memory.unmap(base);
  const { forUsers } = vmallocState(kernel);
  if (forUsers.includes(base)) forUsers.splice(forUsers.indexOf(base), 1);
}

function refuseArea(call: GuestCall, address: Address, what: string, line: number, level: LogLevel): void {
  const shown = vsprintf(formatContext(call.session), '%p', listArguments([BigInt(address)]));
  const message = `Trying to vfree() ${what} (${shown})`;
  warn(call.session, {
    place: `mm/vmalloc.c:${line}`,
    where: `__vunmap+${line === 2752 ? '0x31a' : '0x7e'}/0x340`,
    message,
    level,
  });
}

/** `kvmalloc_node`: from the heap while it fits a page order, else from the vmalloc area. */
function kvmalloc(call: GuestCall, size: number): Address {
  if (size === 0) return 16;
  return size <= 4 << 20 ? slabAlloc(call, size) : vmalloc(call, size);
}

function kvfree(call: GuestCall, address: Address): void {
  if (isVmalloc(address)) vfree(call, address);
  else if (address !== 0 && address !== 16) slabFree(call, address);
}

/** Zeroed pages of the direct map; NULL for more than the buddy allocator has in one piece. */
function pagesOf(call: GuestCall, size: number): Address {
  return size > MAX_BUDDY ? 0 : allocatePages(call.kernel, size);
}

function structPage(call: GuestCall, order: number): Address {
  const address = pagesOf(call, PAGE_SIZE * 2 ** order);
  return address === 0 ? 0 : pageOf(address);
}

/** `si_meminfo`: no page counts as used, shared or a buffer. */
function memoryInfo(call: GuestCall): void {
  const { session, memory } = call;
  const info = call.pointer(0);
  memory.view(info, session.fields.size('sysinfo'), 'write').fill(0);
  for (const field of ['totalram', 'freeram']) {
    memory.writeU64(session.at(info, 'sysinfo', field), BigInt(MEMORY_SIZE / PAGE_SIZE));
  }
  memory.writeU32(session.at(info, 'sysinfo', 'mem_unit'), PAGE_SIZE);
}

/** Memory by pages: mm/page_alloc.c, mm/vmalloc.c. */
export const pageFunctions = () => [
  ...rowsOf('mm/page_alloc.c', [
    [
      'unsigned long __get_free_pages(gfp_t gfp_mask, unsigned int order)',
      (call) => pagesOf(call, PAGE_SIZE * 2 ** call.unsigned(1)),
    ],
    ['unsigned long get_zeroed_page(gfp_t gfp_mask)', (call) => pagesOf(call, PAGE_SIZE)],
    ['void free_pages(unsigned long addr, unsigned int order)', (call) => kfree(call.kernel, call.pointer(0))],
    ['struct page *alloc_pages(gfp_t gfp, unsigned int order)', (call) => structPage(call, call.unsigned(1))],
    [
      'struct page *__alloc_pages(gfp_t gfp, unsigned int order, int preferred_nid, nodemask_t *nodemask)',
      (call) => structPage(call, call.unsigned(1)),
    ],
    ['struct folio *folio_alloc(gfp_t gfp, unsigned order)', (call) => structPage(call, call.unsigned(1))],
    [
      'void __free_pages(struct page *page, unsigned int order)',
      (call) => kfree(call.kernel, addressOfPage(call.pointer(0))),
    ],
    ['void __folio_put(struct folio *folio)', (call) => kfree(call.kernel, addressOfPage(call.pointer(0)))],
    ['void *alloc_pages_exact(size_t size, gfp_t gfp_mask)', (call) => pagesOf(call, call.size(0))],
    ['void free_pages_exact(void *virt, size_t size)', (call) => kfree(call.kernel, call.pointer(0))],
    ['void si_meminfo(struct sysinfo *val)', memoryInfo],
  ]),
  ...rowsOf('mm/vmalloc.c', [
    ['void *vmalloc(unsigned long size)', (call) => vmalloc(call, call.size(0))],
    ['void *vzalloc(unsigned long size)', (call) => vmalloc(call, call.size(0))],
    ['void *vmalloc_user(unsigned long size)', (call) => vmallocForUsers(call, call.size(0))],
    ['void *vmalloc_32_user(unsigned long size)', (call) => vmallocForUsers(call, call.size(0))],
    ['struct page *vmalloc_to_page(const void *vmalloc_addr)', (call) => pageOf(call.pointer(0))],
    ['unsigned long vmalloc_to_pfn(const void *vmalloc_addr)', (call) => frameOf(call.pointer(0))],
    ['void *vmalloc_32(unsigned long size)', (call) => vmalloc(call, call.size(0))],
    ['void *vmalloc_node(unsigned long size, int node)', (call) => vmalloc(call, call.size(0))],
    ['void *vzalloc_node(unsigned long size, int node)', (call) => vmalloc(call, call.size(0))],
    ['void *__vmalloc(unsigned long size, gfp_t gfp_mask)', (call) => vmalloc(call, call.size(0))],
    ['void vfree(const void *addr)', (call) => vfree(call, call.pointer(0))],
    ['bool is_vmalloc_addr(const void *x)', (call) => isVmalloc(call.pointer(0))],
  ]),
  ...rowsOf('mm/util.c', [
    ['void *kvmalloc_node(size_t size, gfp_t flags, int node)', (call) => kvmalloc(call, call.size(0))],
    ['void kvfree(const void *addr)', (call) => kvfree(call, call.pointer(0))],
    [
      'void *kvrealloc(const void *p, size_t oldsize, size_t newsize, gfp_t flags)',
      (call) => {
        const [old, before, size] = [call.pointer(0), call.size(1), call.size(2)];
        const fresh = kvmalloc(call, size);
        if (old !== 0)
          call.memory
            .view(fresh, Math.min(before, size), 'write')
            .set(call.memory.view(old, Math.min(before, size), 'read'));
        kvfree(call, old);
        return fresh;
      },
    ],
  ]),
];
