import { formatAddress, PAGE_SIZE } from '../../memory/address.ts';
import type { GuestFault } from '../../memory/guest-fault.ts';
import type { Kernel } from '../kernel.ts';
import { diePrefix, dieWords } from '../log/die-words.ts';
import { KERN, printk } from '../log/printk.ts';
import { addTaint, debugLocksOff, TAINT } from '../log/taint.ts';
import { TaskKilled } from '../task-killed.ts';

/** `X86_PF_PROT`, `X86_PF_WRITE`, arch/x86/include/asm/trap_pf.h. */
const PROT = 1;
const WRITE = 2;

/**
 * The loader itself ran into memory that is not there: a module made it. Says the head of the kernel's oops and gives
 * the exception that ends the task. Source: arch/x86/mm/fault.c, `show_fault_oops`.
 */
export function pageFault(kernel: Kernel, { address, access, mapped }: GuestFault): TaskKilled {
  debugLocksOff(kernel);
  const near = address >= 0 && address < PAGE_SIZE;
  const what = near ? 'kernel NULL pointer dereference, address' : 'unable to handle page fault for address';
  const code = ((mapped ? PROT : 0) | (access === 'write' ? WRITE : 0)).toString(16).padStart(4, '0');
  printk(kernel, KERN.ALERT, `BUG: ${what}: ${formatAddress(address)}`);
  printk(kernel, KERN.ALERT, `#PF: supervisor ${access} access in kernel mode`);
  printk(kernel, KERN.ALERT, `#PF: error_code(0x${code}) - ${mapped ? 'permissions violation' : 'not-present page'}`);
  printk(kernel, KERN.INFO, 'PGD 0 P4D 0 ');
  printk(kernel, KERN.WARNING, `${diePrefix(kernel)}Oops: ${code} [#1]${dieWords(kernel)}`);
  addTaint(kernel, TAINT.DIE, 'LOCKDEP_NOW_UNRELIABLE');
  return new TaskKilled('SIGKILL');
}
