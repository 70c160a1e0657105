import type { GuestTrap } from '../../../cpu/guest-cpu.ts';
import { KERN, printk } from '../../../kernel/log/printk.ts';
import { type Address, addressBits, formatAddress, PAGE_SIZE } from '../../../memory/address.ts';
import type { GuestFault } from '../../../memory/guest-fault.ts';
import type { Permissions } from '../../../memory/mapping.ts';
import type { Session } from '../session.ts';

/** `X86_PF_*`, arch/x86/include/asm/trap_pf.h. */
const PF = { PROT: 1, WRITE: 2, INSTR: 16 } as const;
/** Where a page of the emulated machine's memory is said to be: frames below 512 MB. */
const FRAME_MASK = 0x1ffff000;
/** `_PAGE_*`: present, accessed, dirty, global; writable; no-execute. */
const PTE = { BASE: 0x161n, RW: 2n, NX: 1n << 63n } as const;

/** Bits 63 to 47 of a canonical address of the lower half, and how many the mask has. */
const VIRTUAL_MASK = (1n << 47n) - 1n;

/** Words of a trap: arch/x86/kernel/traps.c. */
const TRAP_TEXT: Readonly<Record<GuestTrap['trap'], string>> = {
  'invalid-opcode': 'invalid opcode',
  'divide-error': 'divide error',
  breakpoint: 'int3',
  'general-protection': 'general protection fault',
  'stack-segment': 'stack segment',
};

/** What a trap is called, with the address that a general protection fault is about (`exc_general_protection`). */
export function trapText({ trap, accessed }: GuestTrap): string {
  if (trap !== 'general-protection' || accessed === undefined) return TRAP_TEXT[trap];
  const canonical = accessed <= VIRTUAL_MASK || accessed >= (~VIRTUAL_MASK & 0xffff_ffff_ffff_ffffn);
  const what = canonical ? 'maybe for address' : 'probably for non-canonical address';
  return `${TRAP_TEXT[trap]}, ${what} 0x${accessed.toString(16)}`;
}

/** `show_fault_oops`, arch/x86/mm/fault.c. Returns the error code as four hexadecimal digits. */
export function showFaultOops(session: Session, { address, access, mapped }: GuestFault): string {
  const { kernel, memory } = session;
  const alert = (text: string): void => printk(kernel, KERN.ALERT, text);
  const mapping = memory.find(address);
  const present = mapped || (access === 'execute' && mapping !== undefined);
  if (access === 'execute' && present)
    printk(kernel, KERN.CRIT, 'kernel tried to execute NX-protected page - exploit attempt? (uid: 0)');
  const near = address >= 0 && address < PAGE_SIZE;
  const what = near ? 'kernel NULL pointer dereference, address' : 'unable to handle page fault for address';
  alert(`BUG: ${what}: ${formatAddress(address)}`);
  const verb = { read: 'read access', write: 'write access', execute: 'instruction fetch' }[access];
  alert(`#PF: supervisor ${verb} in kernel mode`);
  const code = (present ? PF.PROT : 0) | (access === 'write' ? PF.WRITE : 0) | (access === 'execute' ? PF.INSTR : 0);
  const number = code.toString(16).padStart(4, '0');
  alert(`#PF: error_code(0x${number}) - ${present ? 'permissions violation' : 'not-present page'}`);
  printk(kernel, KERN.INFO, present && mapping ? pageTable(address, mapping.permissions) : 'PGD 0 P4D 0 ');
  return number;
}

/** `dump_pagetable`: the tables of a present page; where they stand follows from the address. */
function pageTable(address: Address, { write, execute }: Permissions): string {
  const frame = (shift: number): bigint => (addressBits(address) >> BigInt(shift)) & BigInt(FRAME_MASK);
  const table = (shift: number): string => (frame(shift) | 0x67n).toString(16);
  const entry = frame(0) | PTE.BASE | (write ? PTE.RW : 0n) | (execute ? 0n : PTE.NX);
  return `PGD ${table(27)} P4D ${table(27)} PUD ${table(18)} PMD ${table(9)} PTE ${entry.toString(16)}`;
}
