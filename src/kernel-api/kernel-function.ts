import type { GuestCpu } from '../cpu/guest-cpu.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Module } from '../kernel/module.ts';
import type { Address } from '../memory/address.ts';
import type { AddressSpace } from '../memory/address-space.ts';

/** One call of a modelled kernel function by guest code: its arguments and what it may touch. */
export interface GuestCall {
  readonly kernel: Kernel;
  readonly memory: AddressSpace;
  readonly cpu: GuestCpu;
  /** The module whose code called, if it is known. */
  readonly module: Module | undefined;
  /** Argument `index` as `int`: signed 32 bit. */
  int(index: number): number;
  /** Argument `index` as `unsigned int`. */
  unsigned(index: number): number;
  /** Argument `index` as `unsigned long`. */
  long(index: number): bigint;
  /** Argument `index` as a pointer. */
  pointer(index: number): Address;
  /** Argument `index` as a C string (byte string). */
  string(index: number): string;
}

/** A model of one exported kernel function. Returns the C return value; nothing for void. */
export type KernelFunction = (call: GuestCall) => bigint | number | undefined;

/** One modelled function as the tables list it. */
export interface KernelFunctionRow {
  readonly name: string;
  /** C prototype, e.g. `void *vmalloc(unsigned long size)`. */
  readonly prototype: string;
  /** Where the real one stands: file under the kernel's source tree. */
  readonly source: string;
  readonly run: KernelFunction;
}
