import type { GuestCpu } from '../cpu/guest-cpu.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Address } from '../memory/address.ts';
import type { AddressSpace } from '../memory/address-space.ts';
import type { Session } from './core/session.ts';

/** One call of a modelled kernel function by guest code: its arguments and what it may touch. */
export interface GuestCall {
  readonly session: Session;
  readonly kernel: Kernel;
  readonly memory: AddressSpace;
  readonly cpu: GuestCpu;
  /** Argument `index` as `int`: signed 32 bit. */
  int(index: number): number;
  /** Argument `index` as `unsigned int`. */
  unsigned(index: number): number;
  /** Argument `index` as `unsigned long`. */
  long(index: number): bigint;
  /** Argument `index` as `long`. */
  signedLong(index: number): bigint;
  /** Argument `index` as `size_t`; sizes beyond 2^53 lose their low bits. */
  size(index: number): number;
  /** Argument `index` as a pointer. */
  pointer(index: number): Address;
  /** Argument `index` as a C string (byte string). Raises GuestFault. */
  string(index: number): string;
}

/** A model of one exported kernel function. Returns the C return value; nothing for void. */
// biome-ignore lint/suspicious/noConfusingVoidType: a model of a void function may end in any statement
export type KernelFunction = (call: GuestCall) => bigint | number | boolean | undefined | void;

/** A model that does something and always returns the same. */
export function doing(work: (call: GuestCall) => unknown, value: number): KernelFunction {
  return (call) => {
    work(call);
    return value;
  };
}

/** One modelled function as the tables list it. */
export interface KernelFunctionRow {
  readonly name: string;
  /** C prototype, e.g. `void *vmalloc(unsigned long size)`. */
  readonly prototype: string;
  /** Where the real one stands: file under the kernel's source tree. */
  readonly source: string;
  readonly run: KernelFunction;
  /** The version from which on kernels do not export it any more, `5.18`; absent: the default kernel does. */
  readonly until?: string;
}

/** The name that a C prototype declares. */
function declaredName(prototype: string): string {
  return /([A-Za-z_]\w*)\s*\(/.exec(prototype)![1]!;
}

/** A row of a table: the name is the one that the prototype declares. */
export function row(prototype: string, source: string, run: KernelFunction): KernelFunctionRow {
  return { name: declaredName(prototype), prototype, source, run };
}

/** Rows of one source file: `[prototype, model]` pairs. */
export function rowsOf(source: string, models: readonly (readonly [string, KernelFunction])[]): KernelFunctionRow[] {
  return models.map(([prototype, run]) => row(prototype, source, run));
}

/** Rows of functions that only kernels before the version `until` export. */
export function olderRowsOf(until: string, ...[source, models]: Parameters<typeof rowsOf>): KernelFunctionRow[] {
  return rowsOf(source, models).map((each) => ({ ...each, until }));
}

/** The model of a function that does nothing here. */
export const nothing = (): undefined => undefined;

/** The model of a function that always returns 0 here. */
export const zero = (): number => 0;
