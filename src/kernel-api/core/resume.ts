import type { GuestCpu } from '../../cpu/guest-cpu.ts';
import type { Address } from '../../memory/address.ts';
import { type AddressSpace, READ_EXECUTE, READ_WRITE } from '../../memory/address-space.ts';

/** Where the code and the register block stand: the CPU entry area's end, which nothing else uses. */
const STUB_BASE: Address = -0x1ffffff0000;
const BLOCK_BASE: Address = STUB_BASE + 0x1000;

/** Registers in the order of the block; `rdi` and `rip` last, because the stub needs them to the end. */
const ORDER = [
  'rsp',
  'eflags',
  'rax',
  'rbx',
  'rcx',
  'rdx',
  'rsi',
  'rbp',
  'r8',
  'r9',
  'r10',
  'r11',
  'r12',
  'r13',
  'r14',
  'r15',
  'rip',
  'rdi',
] as const;

/** A processor state that guest code can go on from. */
export type SavedRegisters = Readonly<Record<string, bigint>>;

/**
 * Machine code that takes all registers from the block at rdi and jumps on. Loads do not touch the flags, and nothing is
 * written but the words below the stack pointer that is being restored.
 */
const STUB = Uint8Array.from([
  0x48,
  0x8b,
  0x27, // mov rsp, [rdi]
  0xff,
  0x77,
  0x08, // push qword [rdi+8]
  0x9d, // popfq
  0x48,
  0x8b,
  0x47,
  0x10, // mov rax, [rdi+0x10]
  0x48,
  0x8b,
  0x5f,
  0x18, // mov rbx, [rdi+0x18]
  0x48,
  0x8b,
  0x4f,
  0x20, // mov rcx, [rdi+0x20]
  0x48,
  0x8b,
  0x57,
  0x28, // mov rdx, [rdi+0x28]
  0x48,
  0x8b,
  0x77,
  0x30, // mov rsi, [rdi+0x30]
  0x48,
  0x8b,
  0x6f,
  0x38, // mov rbp, [rdi+0x38]
  0x4c,
  0x8b,
  0x47,
  0x40, // mov r8, [rdi+0x40]
  0x4c,
  0x8b,
  0x4f,
  0x48, // mov r9, [rdi+0x48]
  0x4c,
  0x8b,
  0x57,
  0x50, // mov r10, [rdi+0x50]
  0x4c,
  0x8b,
  0x5f,
  0x58, // mov r11, [rdi+0x58]
  0x4c,
  0x8b,
  0x67,
  0x60, // mov r12, [rdi+0x60]
  0x4c,
  0x8b,
  0x6f,
  0x68, // mov r13, [rdi+0x68]
  0x4c,
  0x8b,
  0x77,
  0x70, // mov r14, [rdi+0x70]
  0x4c,
  0x8b,
  0x7f,
  0x78, // mov r15, [rdi+0x78]
  0xff,
  0xb7,
  0x80,
  0x00,
  0x00,
  0x00, // push qword [rdi+0x80]
  0x48,
  0x8b,
  0xbf,
  0x88,
  0x00,
  0x00,
  0x00, // mov rdi, [rdi+0x88]
  0xc3, // ret
]);

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
