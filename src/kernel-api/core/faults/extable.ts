import { GENERAL_REGISTERS } from '../../../abi/x86-registers.ts';
import type { Address } from '../../../memory/address.ts';
import { addressFromBits } from '../../../memory/address.ts';
import type { Session } from '../session.ts';
import { moduleAt } from './symbolize.ts';

/** `struct exception_table_entry`: instruction and fixup relative to themselves, then the type; asm/extable.h. */
const ENTRY_SIZE = 12;
/** `EX_TYPE_*`, arch/x86/include/asm/extable_fixup_types.h, as far as module code has them. */
const TYPE = { DEFAULT: 1, FAULT: 2, UACCESS: 3, DEFAULT_MCE_SAFE: 14, FAULT_MCE_SAFE: 15, IMM_REG: 17 } as const;
/**
 * `fixup_exception`, arch/x86/mm/extable.c: an instruction that a module's `__ex_table` names goes on at its fixup.
 * `trap`: the exception's number. False when the table does not know the instruction, or of it what we do not.
 */
export function fixupException(session: Session, trap: number): boolean {
  const { cpu, memory } = session;
  const address = addressFromBits(cpu.readRegister('rip'));
  const entry = findEntry(session, address);
  if (entry === undefined) return false;
  const data = memory.readU32(entry + 8);
  const type = data & 0xff;
  if (!Object.values<number>(TYPE).includes(type)) return false;
  if (type === TYPE.FAULT || type === TYPE.FAULT_MCE_SAFE) cpu.writeRegister('rax', BigInt(trap));
  if (type === TYPE.IMM_REG)
    cpu.writeRegister(GENERAL_REGISTERS[(data >> 8) & 0xf]!, BigInt.asUintN(64, BigInt((data | 0) >> 16)));
  cpu.writeRegister('rip', BigInt.asUintN(64, BigInt(entry + 4 + (memory.readU32(entry + 4) | 0))));
  return true;
}

/** `search_module_extables`. */
function findEntry({ kernel, memory }: Session, address: Address): Address | undefined {
  const module = moduleAt(kernel, address);
  const table = module?.sections.find((section) => section.name === '__ex_table');
  const mapping = table && memory.find(table.address);
  if (!table || !mapping) return undefined;
  const end = mapping.base + mapping.size;
  for (let entry = table.address; entry + ENTRY_SIZE <= end; entry += ENTRY_SIZE) {
    if (entry + (memory.readU32(entry) | 0) === address) return entry;
  }
  return undefined;
}
