import { architectureOf } from '../arch/architectures.ts';
import type { Address } from '../memory/address.ts';
import type { Kernel } from './kernel.ts';
import { MEMORY_TYPES } from './memory/module-memory.ts';
import type { Module, ModuleLayout, ModuleState } from './module.ts';
import { layoutOffset, structOffset } from './module-struct.ts';

/** Guest address of a field of a moved module's `struct module`; undefined when this kernel has no such field. */
function fieldAddress(kernel: Kernel, module: Module, field: string): Address | undefined {
  const offset = structOffset(kernel, field);
  return offset === undefined ? undefined : module.thisModule + offset;
}

/** Writes a pointer field of the guest's `struct module`. Requires that the module was moved. Raises GuestFault. */
export function writeStructPointer(kernel: Kernel, module: Module, field: string, value: Address): void {
  const address = fieldAddress(kernel, module, field);
  if (address !== undefined) writeWord(kernel, address, value);
}

function isWide(kernel: Kernel): boolean {
  return architectureOf(kernel.profile.machine).form.bits === 64;
}

function writeWord(kernel: Kernel, address: Address, value: Address): void {
  if (isWide(kernel)) kernel.memory.writePointer(address, value);
  else kernel.memory.writeU32(address, value >>> 0);
}

/** Writes an `unsigned int` field. */
export function writeStructCount(kernel: Kernel, module: Module, field: string, value: number): void {
  const address = fieldAddress(kernel, module, field);
  if (address !== undefined) kernel.memory.writeU32(address, value);
}

/** Reads an `unsigned int` field; 0 when this kernel has no such field. */
export function readStructCount(kernel: Kernel, module: Module, field: string): number {
  const address = fieldAddress(kernel, module, field);
  return address === undefined ? 0 : kernel.memory.readU32(address);
}

/** Reads a pointer field; 0 when this kernel has no such field. */
export function readStructPointer(kernel: Kernel, module: Module, field: string): Address {
  const address = fieldAddress(kernel, module, field);
  if (address === undefined) return 0;
  return isWide(kernel) ? kernel.memory.readPointer(address) : kernel.memory.readU32(address);
}

/** `MODULE_STATE_*`, include/linux/module.h. */
const STATES: Readonly<Record<ModuleState, number>> = { LIVE: 0, COMING: 1, GOING: 2, UNFORMED: 3 };
/** `MODULE_REF_BASE` and the reference that is held while init runs. */
const LOADING_REFERENCES = 2;

/** Sets `mod->state`, for the guest too. Requires that the module was moved. Raises GuestFault. */
export function setModuleState(kernel: Kernel, module: Module, state: ModuleState): void {
  module.state = state;
  writeStructCount(kernel, module, 'state', STATES[state]);
}

/**
 * Writes to the guest's `struct module` what the loader has set by the time it links it in: state, layouts, taints,
 * references, lists. Requires that the module was moved.
 */
export function writeModuleStruct(kernel: Kernel, module: Module): void {
  writeStructCount(kernel, module, 'state', STATES.UNFORMED);
  writeStructCount(kernel, module, 'refcnt', LOADING_REFERENCES);
  writeStructPointer(kernel, module, 'taints', module.taints);
  writeStructPointer(kernel, module, 'percpu', module.percpu.base);
  writeStructCount(kernel, module, 'percpu_size', module.percpu.size);
  writeLayout(kernel, module, 'core_layout', module.core);
  writeLayout(kernel, module, 'init_layout', module.init);
  writeMemory(kernel, module, 0, module.core);
  writeMemory(kernel, module, MEMORY_TYPES.length, module.init);
  for (const list of ['list', 'source_list', 'target_list']) writeEmptyList(kernel, module, list);
}

function writeLayout(kernel: Kernel, module: Module, name: 'core_layout' | 'init_layout', layout: ModuleLayout): void {
  const base = layoutOffset(kernel, name, 'base');
  if (base === undefined) return;
  writeWord(kernel, module.thisModule + base, layout.base);
  const sizes = {
    size: layout.size,
    text_size: layout.textSize,
    ro_size: layout.roSize,
    ro_after_init_size: layout.roAfterInitSize,
  };
  for (const [field, value] of Object.entries(sizes)) {
    kernel.memory.writeU32(module.thisModule + layoutOffset(kernel, name, field)!, value);
  }
}

/** `mod->mem[]` from 6.4 on: the core parts, then those of init, from `first` on. */
function writeMemory(kernel: Kernel, module: Module, first: number, { base, parts = [] }: ModuleLayout): void {
  const array = structOffset(kernel, 'mem');
  const memory = kernel.profile.layout('module_memory');
  if (array === undefined || memory === undefined) return;
  for (const { type, start, size } of parts) {
    const entry = module.thisModule + array + (first + MEMORY_TYPES.indexOf(type)) * memory.size;
    writeWord(kernel, entry + memory.offsetOf('base')!, base + start);
    kernel.memory.writeU32(entry + memory.offsetOf('size')!, size);
  }
}

/** `INIT_LIST_HEAD`: both pointers lead back to the head. */
function writeEmptyList(kernel: Kernel, module: Module, field: string): void {
  const head = fieldAddress(kernel, module, field);
  if (head === undefined) return;
  writeWord(kernel, head, head);
  writeWord(kernel, head + (isWide(kernel) ? 8 : 4), head);
}
