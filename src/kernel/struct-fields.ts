import type { Address } from '../memory/address.ts';
import type { Kernel } from './kernel.ts';
import type { Module } from './module.ts';
import { structLayout } from './module-struct.ts';

/** Guest address of a field of a moved module's `struct module`; undefined when this kernel has no such field. */
function fieldAddress(kernel: Kernel, module: Module, field: string): Address | undefined {
  const offset = structLayout(kernel, 'module')?.offsets[field];
  return offset === undefined ? undefined : module.thisModule + offset;
}

/** Writes a pointer field of the guest's `struct module`. Requires that the module was moved. Raises GuestFault. */
export function writeStructPointer(kernel: Kernel, module: Module, field: string, value: Address): void {
  const address = fieldAddress(kernel, module, field);
  if (address !== undefined) kernel.memory.writePointer(address, value);
}

/** Writes an `unsigned int` field. */
export function writeStructCount(kernel: Kernel, module: Module, field: string, value: number): void {
  const address = fieldAddress(kernel, module, field);
  if (address !== undefined) kernel.memory.writeU32(address, value);
}

/** Reads a pointer field; 0 when this kernel has no such field. */
export function readStructPointer(kernel: Kernel, module: Module, field: string): Address {
  const address = fieldAddress(kernel, module, field);
  return address === undefined ? 0 : kernel.memory.readPointer(address);
}
