import { type Address, PAGE_SIZE } from '../../../memory/address.ts';
import { PAGE_OFFSET, VMALLOC_BASE, VMEMMAP_BASE } from './kernel-data.ts';

/** `sizeof(struct page)`. */
export const STRUCT_PAGE_SIZE = 64;

/** `__START_KERNEL_map`, arch/x86/include/asm/page_64_types.h: the kernel image and modules, whose physical addresses count from here. */
export const START_KERNEL_MAP: Address = -0x80000000;

const VMALLOC_SIZE = 0x200000000000;
/** `MODULES_VADDR`. */
const MODULES_BASE: Address = -0x40000000;
/** The first page frames of those that back the vmalloc area and the modules': no memory of the machine has them. */
const VMALLOC_FRAMES = 0x10000000;
const MODULES_FRAMES = 0x8000000;

/** Whether the vmalloc area has an address. */
export function isVmalloc(address: Address): boolean {
  return address >= VMALLOC_BASE && address < VMALLOC_BASE + VMALLOC_SIZE;
}

/** The page frame number of an address of the direct map, the vmalloc area or the modules'. */
export function frameOf(address: Address): number {
  if (address >= MODULES_BASE) return MODULES_FRAMES + Math.floor((address - MODULES_BASE) / PAGE_SIZE);
  if (isVmalloc(address)) return VMALLOC_FRAMES + Math.floor((address - VMALLOC_BASE) / PAGE_SIZE);
  return Math.floor((address - PAGE_OFFSET) / PAGE_SIZE);
}

/** Where the kernel has a page frame. */
export function addressOfFrame(frame: number): Address {
  if (frame >= VMALLOC_FRAMES) return VMALLOC_BASE + (frame - VMALLOC_FRAMES) * PAGE_SIZE;
  if (frame >= MODULES_FRAMES) return MODULES_BASE + (frame - MODULES_FRAMES) * PAGE_SIZE;
  return PAGE_OFFSET + frame * PAGE_SIZE;
}

/** `pfn_to_page(PHYS_PFN(address))`: the struct page. */
export function pageOf(address: Address): Address {
  return VMEMMAP_BASE + frameOf(address) * STRUCT_PAGE_SIZE;
}

/** `page_address`. */
export function addressOfPage(page: Address): Address {
  return addressOfFrame(Math.floor((page - VMEMMAP_BASE) / STRUCT_PAGE_SIZE));
}
