import type { Module } from '../../../kernel/module.ts';
import type { Address } from '../../../memory/address.ts';
import type { AddressSpace } from '../../../memory/address-space.ts';

/** `struct orc_entry`: two signed offsets and the registers that they count from; arch/x86/include/asm/orc_types.h. */
const ENTRY_SIZE = 6;
/** One `.orc_unwind_ip`: where the instruction stands, seen from here. */
const IP_SIZE = 4;
/** `ORC_REG_*`. */
const REG = { PREV_SP: 1, BP: 4, SP: 5 } as const;

/** What the unwinder knows of a function that has called another. */
export interface Frame {
  readonly ip: Address;
  readonly sp: Address;
  readonly bp: Address;
}

/**
 * `unwind_next_frame` for an instruction of a module: the stack pointer and frame pointer of its caller, behind the
 * return address. Undefined when the module has no tables or does not say. Source: arch/x86/kernel/unwind_orc.c.
 */
export function callerFrame(memory: AddressSpace, module: Module, frame: Frame): Omit<Frame, 'ip'> | undefined {
  const entry = findEntry(memory, module, frame.ip);
  if (entry === undefined) return undefined;
  const flags = memory.readU16(entry + 4);
  const base = { [REG.SP]: frame.sp, [REG.BP]: frame.bp }[flags & 15];
  if (base === undefined) return undefined;
  const sp = base + signed16(memory.readU16(entry));
  return { sp, bp: callerBp(memory, frame.bp, sp, (flags >> 4) & 15, signed16(memory.readU16(entry + 2))) };
}

function callerBp(memory: AddressSpace, bp: Address, sp: Address, register: number, offset: number): Address {
  const at = { [REG.PREV_SP]: sp + offset, [REG.BP]: bp + offset }[register];
  return at !== undefined && memory.find(at) ? memory.readPointer(at) : bp;
}

/** The entry of the last place at or before an instruction. */
function findEntry(memory: AddressSpace, { sections }: Module, ip: Address): Address | undefined {
  const find = (name: string) => sections.find((section) => section.name === name)?.address;
  const [entries, places] = [find('.orc_unwind'), find('.orc_unwind_ip')];
  if (entries === undefined || places === undefined || !memory.find(entries) || !memory.find(places)) return undefined;
  const count =
    places > entries ? Math.floor((places - entries) / ENTRY_SIZE) : Math.floor((entries - places) / IP_SIZE);
  let [best, distance] = [-1, Number.POSITIVE_INFINITY];
  for (let index = 0; index < count; index++) {
    const at = places + index * IP_SIZE;
    const behind = ip - (at + (memory.readU32(at) | 0));
    if (behind >= 0 && behind <= distance) [best, distance] = [index, behind];
  }
  return best < 0 ? undefined : entries + best * ENTRY_SIZE;
}

function signed16(value: number): number {
  return (value << 16) >> 16;
}
