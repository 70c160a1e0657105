import { EBUSY, EFAULT, EINVAL, ENXIO } from '../../../abi/negative-errno.ts';
import { type Address, PAGE_SIZE } from '../../../memory/address.ts';
import { addressOfFrame, addressOfPage } from '../../core/kernel-data/page-frames.ts';
import { addAreaFlags, VM } from '../../core/user-areas.ts';
import { type GuestCall, type KernelFunction, rowsOf } from '../../kernel-function.ts';
import { isForUsers } from './pages.ts';

/** `VM_FAULT_SIGBUS`, `VM_FAULT_NOPAGE`: include/linux/mm_types.h. */
const FAULT = { SIGBUS: 2, NOPAGE: 0x100 } as const;
/** Slabs: their pages are not for programs (`PageSlab`). */
const SLAB = /^kmalloc-\d|slab/;

interface Area {
  readonly start: Address;
  readonly end: Address;
  readonly pageOffset: number;
}

function areaAt({ session, memory }: GuestCall, vma: Address): Area {
  return {
    start: session.pointerAt(vma, 'vm_area_struct', 'vm_start'),
    end: session.pointerAt(vma, 'vm_area_struct', 'vm_end'),
    pageOffset: Number(memory.readU64(session.at(vma, 'vm_area_struct', 'vm_pgoff'))),
  };
}

const pagesOf = ({ start, end }: Area): number => (end - start) / PAGE_SIZE;

/** `remap_pfn_range`: pages one behind the other, whatever memory they are. */
function remapFrames({ session }: GuestCall, vma: Address, address: Address, frame: number, size: number): number {
  if (address % PAGE_SIZE !== 0) return EINVAL;
  addAreaFlags(session, vma, VM.IO | VM.PFNMAP | VM.DONTEXPAND | VM.DONTDUMP);
  const pages = session.areas.get(vma)?.pages;
  for (let at = 0; at < size; at += PAGE_SIZE) pages?.set(address + at, addressOfFrame(frame + at / PAGE_SIZE));
  return 0;
}

/** `vm_insert_page`. */
function insertPage(call: GuestCall, vma: Address, address: Address, page: Address): number {
  const { start, end } = areaAt(call, vma);
  if (address < start || address >= end) return EFAULT;
  addAreaFlags(call.session, vma, VM.MIXEDMAP);
  const kernel = addressOfPage(page);
  if (SLAB.test(call.memory.find(kernel)?.name ?? '')) return EINVAL;
  const pages = call.session.areas.get(vma)?.pages;
  if (pages?.has(address)) return EBUSY;
  pages?.set(address, kernel);
  return 0;
}

/** Pages of a list, the first at `address`. */
function insertPages(call: GuestCall, vma: Address, address: Address, pages: readonly Address[]): number {
  for (const [index, page] of pages.entries()) {
    const error = insertPage(call, vma, address + index * PAGE_SIZE, page);
    if (error !== 0) return error;
  }
  return 0;
}

function readPages({ memory }: GuestCall, list: Address, count: number): Address[] {
  return Array.from({ length: count }, (_, index) => memory.readPointer(list + index * 8));
}

/** `vm_map_pages`, from the area's offset on, and `vm_map_pages_zero`. */
const mapPages =
  (fromOffset: boolean): KernelFunction =>
  (call) => {
    const [vma, list, count] = [call.pointer(0), call.pointer(1), call.size(2)];
    const area = areaAt(call, vma);
    const first = fromOffset ? area.pageOffset : 0;
    if (first >= count || pagesOf(area) > count - first) return ENXIO;
    return insertPages(call, vma, area.start, readPages(call, list + first * 8, pagesOf(area)));
  };

/** `vm_iomap_memory(vma, start, len)`. */
function mapPhysical(call: GuestCall): number {
  const [vma, start, length] = [call.pointer(0), call.size(1), call.size(2)];
  const area = areaAt(call, vma);
  const pages = Math.ceil((length + (start % PAGE_SIZE)) / PAGE_SIZE);
  if (area.pageOffset > pages || pagesOf(area) > pages - area.pageOffset) return EINVAL;
  const frame = Math.floor(start / PAGE_SIZE) + area.pageOffset;
  return remapFrames(call, vma, area.start, frame, area.end - area.start);
}

/** `remap_vmalloc_range(vma, addr, pgoff)`. */
function remapVmalloc(call: GuestCall): number {
  const [vma, from, offset] = [call.pointer(0), call.pointer(1), call.size(2) * PAGE_SIZE];
  const { start, end } = areaAt(call, vma);
  const mapping = call.memory.find(from);
  if (mapping?.base !== from || !isForUsers(call.kernel, from)) return EINVAL;
  if (end - start + offset > mapping.size) return EINVAL;
  const pages = call.session.areas.get(vma)?.pages;
  for (let at = start; at < end; at += PAGE_SIZE) pages?.set(at, from + offset + at - start);
  addAreaFlags(call.session, vma, VM.MIXEDMAP | VM.DONTEXPAND | VM.DONTDUMP);
  return 0;
}

/** `dma_mmap_attrs(dev, vma, cpu_addr, dma_addr, size, attrs)`. */
function mapCoherent(call: GuestCall): number {
  const [vma, bus, size] = [call.pointer(1), call.size(3), call.size(4)];
  const area = areaAt(call, vma);
  const count = Math.ceil(size / PAGE_SIZE);
  if (area.pageOffset >= count || pagesOf(area) > count - area.pageOffset) return ENXIO;
  const frame = Math.floor(bus / PAGE_SIZE) + area.pageOffset;
  return remapFrames(call, vma, area.start, frame, area.end - area.start);
}

/** `vmf_insert_pfn(vma, addr, pfn)`. */
function insertFrame(call: GuestCall): number {
  const [vma, address, frame] = [call.pointer(0), call.pointer(1), call.size(2)];
  const { start, end } = areaAt(call, vma);
  if (address < start || address >= end) return FAULT.SIGBUS;
  call.session.areas.get(vma)?.pages.set(Math.floor(address / PAGE_SIZE) * PAGE_SIZE, addressOfFrame(frame));
  return FAULT.NOPAGE;
}

/** Kernel memory in programs' areas: mm/memory.c. */
export const userMappingFunctions = () => [
  ...rowsOf('mm/memory.c', [
    [
      'int remap_pfn_range(struct vm_area_struct *vma, unsigned long addr, unsigned long pfn, unsigned long size, pgprot_t prot)',
      (call) => remapFrames(call, call.pointer(0), call.pointer(1), call.size(2), call.size(3)),
    ],
    [
      'int vm_insert_page(struct vm_area_struct *vma, unsigned long addr, struct page *page)',
      (call) => insertPage(call, call.pointer(0), call.pointer(1), call.pointer(2)),
    ],
    ['int vm_map_pages(struct vm_area_struct *vma, struct page **pages, unsigned long num)', mapPages(true)],
    ['int vm_map_pages_zero(struct vm_area_struct *vma, struct page **pages, unsigned long num)', mapPages(false)],
    ['int vm_iomap_memory(struct vm_area_struct *vma, phys_addr_t start, unsigned long len)', mapPhysical],
    ['vm_fault_t vmf_insert_pfn(struct vm_area_struct *vma, unsigned long addr, unsigned long pfn)', insertFrame],
    ['vm_fault_t vmf_insert_mixed(struct vm_area_struct *vma, unsigned long addr, pfn_t pfn)', insertFrame],
  ]),
  ...rowsOf('mm/vmalloc.c', [
    ['int remap_vmalloc_range(struct vm_area_struct *vma, void *addr, unsigned long pgoff)', remapVmalloc],
  ]),
  ...rowsOf('kernel/dma/mapping.c', [
    [
      'int dma_mmap_attrs(struct device *dev, struct vm_area_struct *vma, void *cpu_addr, dma_addr_t dma_addr, size_t size, unsigned long attrs)',
      mapCoherent,
    ],
  ]),
];
