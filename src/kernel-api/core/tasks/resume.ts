import { GENERAL_REGISTERS } from '../../../abi/x86-registers.ts';
import type { GuestCpu } from '../../../cpu/guest-cpu.ts';
import type { Address } from '../../../memory/address.ts';
import type { AddressSpace } from '../../../memory/address-space.ts';
import { READ_EXECUTE, READ_WRITE } from '../../../memory/mapping.ts';

/** Where the code and the register block stand: the CPU entry area's end, which nothing else uses. */
const STUB_BASE: Address = -0x1ffffff0000;
const BLOCK_BASE: Address = STUB_BASE + 0x1000;

/** Registers that the stub loads one by one. */
const LOADED = GENERAL_REGISTERS.filter((name) => name !== 'rsp' && name !== 'rdi');
/** Registers in the order of the block; `rip` and `rdi` last, because the stub needs `rdi` to the end. */
const ORDER = ['rsp', 'eflags', ...LOADED, 'rip', 'rdi'];

/** A processor state that guest code can go on from. */
export type SavedRegisters = Readonly<Record<string, bigint>>;

/**
 * Machine code that takes all registers from the block at rdi and jumps on. Loads do not touch the flags, and nothing is
 * written but the words below the stack pointer that is being restored.
 */
const STUB = Uint8Array.from([
  ...[0x48, 0x8b, 0x27], // mov rsp, [rdi]
  ...[0xff, 0x77, 0x08], // push qword [rdi+8]
  0x9d, // popfq
  ...LOADED.flatMap((name) => loadFromBlock(GENERAL_REGISTERS.indexOf(name), ORDER.indexOf(name) * 8)),
  ...[0xff, 0xb7, ORDER.indexOf('rip') * 8, 0, 0, 0], // push qword [rdi+n]
  ...[0x48, 0x8b, 0xbf, ORDER.indexOf('rdi') * 8, 0, 0, 0], // mov rdi, [rdi+n]
  0xc3, // ret
]);

/** `mov reg, [rdi+offset]`. */
function loadFromBlock(register: number, offset: number): number[] {
  return [register < 8 ? 0x48 : 0x4c, 0x8b, 0x47 | ((register & 7) << 3), offset];
}

/** The registers as they are now. */
export function saveRegisters(cpu: GuestCpu): SavedRegisters {
  return Object.fromEntries(ORDER.map((name) => [name, cpu.readRegister(name)]));
}

/** Puts saved registers back without running anything. */
export function restoreRegisters(cpu: GuestCpu, saved: SavedRegisters): void {
  for (const name of ORDER) cpu.writeRegister(name, saved[name]!);
}

/**
 * Runs on from a saved state to the return of the function that was called at the bottom of its stack.
 * Raises what `cpu.call` raises.
 */
export function resumeAt(cpu: GuestCpu, memory: AddressSpace, saved: SavedRegisters): bigint {
  ensureMapped(memory);
  for (const [index, name] of ORDER.entries()) memory.writeU64(BLOCK_BASE + index * 8, saved[name]!);
  cpu.writeRegister('rsp', saved['rsp']! - 0x100n);
  return cpu.call(STUB_BASE, [BigInt(BLOCK_BASE)]);
}

function ensureMapped(memory: AddressSpace): void {
  if (memory.find(STUB_BASE)) return;
  memory.map(STUB_BASE, STUB.slice(), READ_EXECUTE, 'resume');
  memory.map(BLOCK_BASE, new Uint8Array(ORDER.length * 8), READ_WRITE, 'resume registers');
}
