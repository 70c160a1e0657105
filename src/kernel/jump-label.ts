import type { Address } from '../memory/address.ts';
import { sectionObjects } from './find-module-sections.ts';
import type { Kernel } from './kernel.ts';
import { versionAtLeast } from './kernel-version.ts';
import type { LoadInfo } from './load-info.ts';
import type { Module } from './module.ts';

/** `struct jump_entry`: code and target relative to themselves, then the key with two bits; include/linux/jump_label.h. */
const ENTRY_SIZE = 16;
const BRANCH = 1n;
/** `jmp rel32`, `jmp rel8`, and the no-ops in their place: arch/x86/kernel/jump_label.c. */
const JUMP_NEAR = 0xe9;
const JUMP_SHORT = 0xeb;
const NOP2 = [0x66, 0x90];
const NOP5 = [0x0f, 0x1f, 0x44, 0x00, 0x00];

/** `__jump_label_update`: all places of all modules that a key decides become a jump or a no-op. */
export function patchJumpLabels(kernel: Kernel, key: Address, enabled: boolean): void {
  let patched = false;
  for (const module of kernel.modules) patched = patchModule(kernel, module, key, enabled) || patched;
  if (patched) kernel.memory.codeChanged();
}

/**
 * `jump_label_add_module`: places of a new module whose key, of a module or the kernel, stands otherwise than it was
 * compiled. Requires protected memory.
 */
export function addModuleJumpLabels(kernel: Kernel, info: LoadInfo): void {
  const { address, count } = sectionObjects(info, '__jump_table', ENTRY_SIZE);
  let patched = false;
  for (let entry = address; entry < address + count * ENTRY_SIZE; entry += ENTRY_SIZE) {
    const offset = BigInt.asIntN(64, kernel.memory.readU64(entry + 8));
    const key = entry + 8 + Number(offset & ~3n);
    if (kernel.memory.find(key) === undefined || isWithin(info.module, key)) continue;
    const enabled = (kernel.memory.readU32(key) | 0) > 0;
    patchPlace(kernel, entry, enabled !== ((offset & BRANCH) !== 0n));
    patched = true;
  }
  if (patched) kernel.memory.codeChanged();
}

function isWithin({ core, init }: Module, address: Address): boolean {
  return [core, init].some(({ base, size }) => size > 0 && address >= base && address < base + size);
}

function patchModule(kernel: Kernel, module: Module, key: Address, enabled: boolean): boolean {
  const table = module.sections.find((section) => section.name === '__jump_table')?.address;
  const mapping = table === undefined ? undefined : kernel.memory.find(table);
  if (table === undefined || !mapping) return false;
  let patched = false;
  for (let entry = table; entry + ENTRY_SIZE <= mapping.base + mapping.size; entry += ENTRY_SIZE) {
    const offset = BigInt.asIntN(64, kernel.memory.readU64(entry + 8));
    if (entry + 8 + Number(offset & ~3n) !== key || !canUpdate(kernel, module, entry)) continue;
    patchPlace(kernel, entry, enabled !== ((offset & BRANCH) !== 0n));
    patched = true;
  }
  return patched;
}

/** `jump_label_can_update`: before 5.12 init code stays as it was built. */
function canUpdate(kernel: Kernel, { init }: Module, entry: Address): boolean {
  const code = entry + (kernel.memory.readU32(entry) | 0);
  return versionAtLeast(kernel, 5, 12) || code < init.base || code >= init.base + init.size;
}

function patchPlace(kernel: Kernel, entry: Address, jump: boolean): void {
  const code = entry + (kernel.memory.readU32(entry) | 0);
  const target = entry + 4 + (kernel.memory.readU32(entry + 4) | 0);
  const mapping = kernel.memory.find(code);
  if (!mapping) return;
  const offset = code - mapping.base;
  const first = mapping.bytes[offset];
  const short = first === JUMP_SHORT || first === NOP2[0];
  mapping.bytes.set(jump ? jumpCode(target - code, short) : short ? NOP2 : NOP5, offset);
}

function jumpCode(distance: number, short: boolean): number[] {
  if (short) return [JUMP_SHORT, (distance - 2) & 0xff];
  const relative = distance - 5;
  return [JUMP_NEAR, relative & 0xff, (relative >> 8) & 0xff, (relative >> 16) & 0xff, (relative >> 24) & 0xff];
}
