import type { AddressSpace } from '../../memory/address-space.ts';
import { decode } from './decode.ts';
import { effectivePair } from './effective-address.ts';
import type { Mode } from './instruction.ts';
import { type CpuState, WORD } from './state.ts';

/**
 * The address, 64 bits, that the instruction at rip reads or writes by its memory operand; undefined when it has none.
 * Kernel: `get_kernel_gp_address`, arch/x86/kernel/traps.c.
 */
export function accessedAddress(memory: AddressSpace, state: CpuState, mode: Mode): bigint | undefined {
  const mapping = memory.find(state.rip);
  if (!mapping) return undefined;
  const instruction = decode(mapping.bytes, state.rip - mapping.base, state.rip, mode);
  const operand =
    typeof instruction === 'string' ? undefined : instruction.operands.find((each) => each.kind === 'memory');
  if (operand?.kind !== 'memory') return undefined;
  const low = BigInt(effectivePair(state, operand)() >>> 0);
  return (BigInt(state.words[WORD.HIGH]! >>> 0) << 32n) | low;
}
