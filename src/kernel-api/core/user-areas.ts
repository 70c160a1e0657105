import { kfree, kzalloc } from '../../kernel/memory/heap.ts';
import { type Address, PAGE_SIZE } from '../../memory/address.ts';

import type { Session } from './session.ts';
import type { UserArea } from './user-area.ts';

/** `TASK_SIZE_MAX`, arch/x86/include/asm/page_64_types.h. */
export const USER_END = 0x7ffffffff000;

/** `VM_*`, include/linux/mm.h. */
export const VM = {
  READ: 1n,
  WRITE: 2n,
  SHARED: 8n,
  MAYREAD: 0x10n,
  MAYWRITE: 0x20n,
  MAYEXEC: 0x40n,
  MAYSHARE: 0x80n,
  PFNMAP: 0x400n,
  IO: 0x4000n,
  DONTEXPAND: 0x40000n,
  DONTDUMP: 0x4000000n,
  MIXEDMAP: 0x10000000n,
} as const;

/** Where a program's area goes: `TASK_UNMAPPED_BASE`, far from its buffers. */
const AREA_BASE: Address = 0x7e0000000000;
/** `pgprot_t` of a page that a program reads, and may write: `_PAGE_PRESENT`, `_PAGE_RW`, `_PAGE_USER`, `_PAGE_ACCESSED`, `_PAGE_NX`. */
const PROTECTION = { read: 0x8000000000000025n, write: 0x8000000000000027n } as const;

/** What is asked of mmap(2). */
export interface AreaRequest {
  readonly file: Address;
  /** Bytes. */
  readonly length: number;
  /** Pages into the file. */
  readonly pageOffset: number;
  readonly flags: bigint;
}

/** A new area. Its page table is empty. */
export function makeArea(session: Session, { file, length, pageOffset, flags }: AreaRequest): UserArea {
  const { memory, kernel, fields } = session;
  const vma = kzalloc(kernel, fields.size('vm_area_struct'));
  const at = (field: string): Address => session.at(vma, 'vm_area_struct', field);
  const end = AREA_BASE + Math.ceil(length / PAGE_SIZE) * PAGE_SIZE;
  memory.writePointer(at('vm_start'), AREA_BASE);
  memory.writePointer(at('vm_end'), end);
  memory.writePointer(at('vm_mm'), session.pointerAt(session.current.address, 'task_struct', 'mm'));
  memory.writeU64(at('vm_page_prot'), (flags & VM.WRITE) === 0n ? PROTECTION.read : PROTECTION.write);
  memory.writeU64(at('vm_flags'), flags);
  memory.writeU64(at('vm_pgoff'), BigInt(pageOffset));
  memory.writePointer(at('vm_file'), file);
  const area = { vma, start: AREA_BASE, end, pages: new Map() };
  session.areas.set(vma, area);
  return area;
}

/** Forgets an area. */
export function freeArea(session: Session, { vma }: UserArea): void {
  session.areas.delete(vma);
  kfree(session.kernel, vma);
}

/** Adds to `vm_flags`. */
export function addAreaFlags(session: Session, vma: Address, flags: bigint): void {
  const place = session.at(vma, 'vm_area_struct', 'vm_flags');
  session.memory.writeU64(place, session.memory.readU64(place) | flags);
}
