import { EACCES, EINVAL, ENODEV } from '../../abi/negative-errno.ts';
import { kfree, kzalloc } from '../../kernel/memory/heap.ts';
import { type Address, PAGE_SIZE } from '../../memory/address.ts';
import { addressOfPage } from '../core/kernel-data/page-frames.ts';
import type { Session } from '../core/session.ts';
import type { UserArea } from '../core/user-area.ts';
import { freeArea, makeArea, VM } from '../core/user-areas.ts';
import { type OpenFile, operation } from './open-file.ts';

/** `FMODE_READ`, `FMODE_WRITE`. */
const FMODE = { READ: 1, WRITE: 2 } as const;
/** `vm_fault_t`, include/linux/mm_types.h. */
const FAULT = { OOM: 1, SIGBUS: 2, SIGSEGV: 0x40, NOPAGE: 0x100 } as const;
/** `FAULT_FLAG_*`. */
const FAULT_FLAG = { WRITE: 1, USER: 0x40 } as const;

/** What mmap(2) is asked for; sizes in bytes. */
export interface MapRequest {
  readonly length: number;
  readonly offset: number;
  /** PROT_WRITE beside PROT_READ. */
  readonly writable: boolean;
  /** MAP_SHARED; else MAP_PRIVATE. */
  readonly shared: boolean;
}

/** The signal that ends a program which touches memory that it has not. */
export class MemorySignal extends Error {
  readonly signal: 'SIGBUS' | 'SIGSEGV' | 'SIGKILL';

  constructor(signal: MemorySignal['signal']) {
    super(signal);
    this.signal = signal;
  }
}

/** `do_mmap` of a file: an area, or a negative errno. */
export function mapFile(session: Session, opened: OpenFile, request: MapRequest): UserArea | number {
  const { length, offset, writable, shared } = request;
  const mode = session.memory.readU32(session.at(opened.file, 'file', 'f_mode'));
  if (offset % PAGE_SIZE !== 0 || length === 0) return EINVAL;
  if ((mode & FMODE.READ) === 0 || (shared && writable && (mode & FMODE.WRITE) === 0)) return EACCES;
  const map = operation(session, opened, 'mmap');
  if (map === 0) return ENODEV;
  const flags = areaFlags(request, (mode & FMODE.WRITE) !== 0);
  const area = makeArea(session, { file: opened.file, length, pageOffset: offset / PAGE_SIZE, flags });
  const error = session.callInt(map, opened.file, area.vma);
  if (error === 0) return area;
  freeArea(session, area);
  return error;
}

function areaFlags({ writable, shared }: MapRequest, mayWrite: boolean): bigint {
  const access = VM.READ | VM.MAYREAD | VM.MAYWRITE | VM.MAYEXEC | (writable ? VM.WRITE : 0n);
  if (!shared) return access;
  return (access | VM.SHARED | VM.MAYSHARE) & ~(mayWrite ? 0n : VM.MAYWRITE | VM.SHARED);
}

/** munmap(2): `vm_ops->close`. */
export function unmapFile(session: Session, area: UserArea): void {
  const close = areaOperation(session, area, 'close');
  if (close !== 0) session.call(close, area.vma);
  freeArea(session, area);
}

function areaOperation(session: Session, { vma }: UserArea, name: string): Address {
  const operations = session.pointerAt(vma, 'vm_area_struct', 'vm_ops');
  return operations === 0 ? 0 : session.pointerAt(operations, 'vm_operations_struct', name);
}

/** What a program reads in an area from its start. Raises MemorySignal. */
export function readArea(session: Session, area: UserArea, length: number): string {
  let text = '';
  for (let at = 0; at < length; at += PAGE_SIZE) {
    const page = pageAt(session, area, area.start + at, 0);
    const bytes = session.memory.view(page, Math.min(PAGE_SIZE, length - at), 'read');
    text += String.fromCharCode(...bytes);
  }
  return text;
}

/** A program writes into an area from its start. Raises MemorySignal. */
export function writeArea(session: Session, area: UserArea, text: string): void {
  for (let at = 0; at < text.length; at += PAGE_SIZE) {
    const page = writablePage(session, area, area.start + at);
    const part = text.slice(at, at + PAGE_SIZE);
    session.memory.view(page, part.length, 'write').set(Uint8Array.from(part, (char) => char.charCodeAt(0)));
  }
}

/** A private area gets a copy of the page that is written to: `do_cow_fault`. */
function writablePage(session: Session, area: UserArea, address: Address): Address {
  const page = pageAt(session, area, address, FAULT_FLAG.WRITE);
  const flags = session.memory.readU64(session.at(area.vma, 'vm_area_struct', 'vm_flags'));
  if (flags & VM.MAYSHARE) return page;
  const copy = kzalloc(session.kernel, PAGE_SIZE);
  session.memory.view(copy, PAGE_SIZE, 'write').set(session.memory.view(page, PAGE_SIZE, 'read'));
  area.pages.set(address, copy);
  return copy;
}

/** Where the kernel has the page that a program touches; `vm_ops->fault` brings it when it is not there yet. */
function pageAt(session: Session, area: UserArea, address: Address, flags: number): Address {
  if (address >= area.end) throw new MemorySignal('SIGSEGV');
  const known = area.pages.get(address);
  if (known !== undefined) return known;
  const page = faultIn(session, area, address, flags | FAULT_FLAG.USER);
  area.pages.set(address, page);
  return page;
}

/** `__do_fault`; an area whose driver has set no `vm_ops` has the dummy ones of `vma_init`, without `fault`. */
function faultIn(session: Session, area: UserArea, address: Address, flags: number): Address {
  const { memory, kernel, fields } = session;
  const handler = areaOperation(session, area, 'fault');
  if (handler === 0) throw new MemorySignal('SIGBUS');
  const fault = kzalloc(kernel, fields.size('vm_fault'));
  const offset = memory.readU64(session.at(area.vma, 'vm_area_struct', 'vm_pgoff'));
  memory.writePointer(session.at(fault, 'vm_fault', 'vma'), area.vma);
  memory.writePointer(session.at(fault, 'vm_fault', 'address'), address);
  memory.writeU64(session.at(fault, 'vm_fault', 'pgoff'), offset + BigInt((address - area.start) / PAGE_SIZE));
  memory.writeU32(session.at(fault, 'vm_fault', 'flags'), flags);
  const result = session.callInt(handler, fault);
  const page = session.pointerAt(fault, 'vm_fault', 'page');
  kfree(kernel, fault);
  if (result & FAULT.SIGBUS) throw new MemorySignal('SIGBUS');
  if (result & FAULT.SIGSEGV) throw new MemorySignal('SIGSEGV');
  if (result & FAULT.OOM) throw new MemorySignal('SIGKILL');
  const found = result & FAULT.NOPAGE ? area.pages.get(address) : addressOfPage(page);
  if (found === undefined) throw new MemorySignal('SIGBUS');
  return found;
}
