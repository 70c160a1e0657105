import type { Kernel } from '../../../kernel/kernel.ts';
import { kzalloc } from '../../../kernel/memory/heap.ts';
import { PERCPU_OFFSET, PERCPU_STATIC_SIZE } from '../../../kernel/memory/percpu.ts';
import type { Address } from '../../../memory/address.ts';
import { READ_WRITE } from '../../../memory/mapping.ts';

/** Where `__alloc_percpu` begins, behind the modules' reserve, and how much it has. */
const DYNAMIC_START = 0x40000;
const DYNAMIC_SIZE = 0x40000;
/** `__stack_chk_guard`: `fixed_percpu_data.stack_canary`, arch/x86/include/asm/processor.h. */
export const CANARY_OFFSET = 0x28;
const CANARY = 0x5ad1c0de5ca1ab00n;

/** What `__alloc_percpu` adds to an offset: nothing, for the per-CPU pointers of modules count from 0 as well. */
export const PERCPU_BASE: Address = 0;

/** The dynamic part of the per-CPU area. */
export interface PercpuState {
  next: number;
  /** Sizes of what is handed out, and what came back by its size: offsets. */
  readonly sizes: Record<number, number>;
  readonly free: Record<number, number[]>;
}

/** `NR_CPUS` bits. */
export const CPU_MASK_SIZE = 1024;
/** Exported variables. `__preempt_count` keeps PREEMPT_NEED_RESCHED inverted. */
const VARIABLES: Readonly<Record<string, number>> = { __preempt_count: 0x80000000, cpu_number: 0 };
/** Pointers to masks of processors that share something. */
const MASKS = ['cpu_sibling_map', 'cpu_core_map', 'cpu_die_map'];

/** Maps the only processor's per-CPU area once, and fills it. */
export function ensurePercpu(kernel: Kernel): void {
  if (kernel.memory.find(PERCPU_OFFSET)) return;
  kernel.memory.map(PERCPU_OFFSET, new Uint8Array(PERCPU_STATIC_SIZE), READ_WRITE, 'percpu');
  const zeros = () => new Uint8Array(DYNAMIC_SIZE);
  kernel.memory.mapLazily(PERCPU_OFFSET + DYNAMIC_START, DYNAMIC_SIZE, zeros, READ_WRITE, 'percpu dynamic');
  kernel.memory.writeU64(PERCPU_OFFSET + CANARY_OFFSET, CANARY);
  const self = percpuAddress(kernel, 'this_cpu_off');
  if (self !== undefined) kernel.memory.writePointer(self, PERCPU_OFFSET);
  for (const [name, value] of Object.entries(VARIABLES)) {
    const address = percpuAddress(kernel, name);
    if (address !== undefined) kernel.memory.writeU32(address, value);
  }
  for (const name of MASKS) {
    const address = percpuAddress(kernel, name);
    if (address !== undefined) writeOnlyCpu(kernel, address);
  }
}

/** Writes a pointer to the mask of the only processor. */
export function writeOnlyCpu(kernel: Kernel, address: Address): void {
  const mask = kzalloc(kernel, CPU_MASK_SIZE);
  kernel.memory.writeU64(mask, 1n);
  kernel.memory.writePointer(address, mask);
}

/** Where this processor's copy of an exported per-CPU variable stands. */
export function percpuAddress(kernel: Kernel, name: string): Address | undefined {
  const symbol = kernel.profile.exports.find(name);
  return symbol && PERCPU_OFFSET + symbol.address;
}

/** `__alloc_percpu`: the per-CPU pointer (an offset) of zeroed bytes; 0 when the area is full. */
export function allocatePercpu(kernel: Kernel, state: PercpuState, size: number, align: number): Address {
  const free = state.free[size] ?? [];
  const at = free.findIndex((offset) => offset % align === 0);
  const pointer = at >= 0 ? free.splice(at, 1)[0]! : Math.ceil(Math.max(state.next, DYNAMIC_START) / align) * align;
  if (pointer + size > DYNAMIC_START + DYNAMIC_SIZE) return 0;
  state.next = Math.max(state.next, pointer + size);
  state.sizes[pointer] = size;
  kernel.memory.view(PERCPU_OFFSET + pointer, size, 'write').fill(0);
  return pointer;
}

/** `free_percpu`. */
export function freePercpu(state: PercpuState, pointer: Address): void {
  const size = state.sizes[pointer];
  if (size === undefined) return;
  delete state.sizes[pointer];
  state.free[size] ??= [];
  state.free[size].push(pointer);
}

/** `preempt_count()`: the bits without `PREEMPT_NEED_RESCHED`, which is kept inverted. */
export function preemptCount(kernel: Kernel): number {
  const address = percpuAddress(kernel, '__preempt_count');
  return address === undefined ? 0 : kernel.memory.readU32(address) & 0x7fffffff;
}

/** `preempt_count_set`. */
export function setPreemptCount(kernel: Kernel, count: number): void {
  const address = percpuAddress(kernel, '__preempt_count');
  if (address !== undefined) kernel.memory.writeU32(address, (count | 0x80000000) >>> 0);
}

/** `SOFTIRQ_MASK | HARDIRQ_MASK | NMI_MASK`, include/linux/preempt.h. */
const INTERRUPT_MASK = 0xffff00;

/** `in_interrupt()`. */
export function inInterrupt(kernel: Kernel): boolean {
  return (preemptCount(kernel) & INTERRUPT_MASK) !== 0;
}
