import type { GuestTrap } from '../../../cpu/guest-cpu.ts';
import { KERN, printk } from '../../../kernel/log/printk.ts';
import type { Session } from '../session.ts';

/** `int imm8`. */
const INT = 0xcd;
const INT_LENGTH = 2n;
/** `FIRST_EXTERNAL_VECTOR`, `FIRST_SYSTEM_VECTOR`: arch/x86/include/asm/irq_vectors.h. */
const FIRST_EXTERNAL = 0x20;
const FIRST_SYSTEM = 0xec;
const SYSCALL_VECTOR = 0x80;
/** `ISA_IRQ_VECTOR`: those that the old interrupt controller's lines had first. */
const isLegacy = (vector: number): boolean => vector >= 0x30 && vector < 0x40;

/**
 * `int n` with the vector of a device's interrupt, which no device has: `__common_interrupt`, arch/x86/kernel/irq.c, says
 * so, and the code goes on. A vector that a line had, and has left, is silent once (`VECTOR_SHUTDOWN`). False for every
 * other instruction.
 */
export function strayInterrupt({ kernel, cpu, memory }: Session, { trap, address }: GuestTrap): boolean {
  if (trap !== 'general-protection' || memory.readU8(address) !== INT) return false;
  const vector = memory.readU8(address + 1);
  if (vector < FIRST_EXTERNAL || vector >= FIRST_SYSTEM || vector === SYSCALL_VECTOR) return false;
  const left = `vector ${vector}`;
  if (isLegacy(vector) && !kernel.saidOnce.has(left)) kernel.saidOnce.add(left);
  else printk(kernel, KERN.EMERG, `__common_interrupt: 0.${vector} No irq handler for vector`);
  cpu.writeRegister('rip', BigInt.asUintN(64, BigInt(address)) + INT_LENGTH);
  return true;
}
