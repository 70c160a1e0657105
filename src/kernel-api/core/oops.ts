import { BudgetExceeded, GuestTrap } from '../../cpu/guest-cpu.ts';
import { printModules, printTask } from '../../kernel/dump-stack.ts';
import { KERN, printk } from '../../kernel/printk.ts';
import { subsystem } from '../../kernel/subsystem.ts';
import { addTaint, TAINT } from '../../kernel/taint.ts';
import { TaskKilled } from '../../kernel/task-killed.ts';
import { type Address, formatAddress } from '../../memory/address.ts';
import { GuestFault } from '../../memory/guest-fault.ts';
import { findBug } from './bug-table.ts';
import { showRegisters, showTrace } from './dump.ts';
import { preemptCount } from './percpu.ts';
import type { Session } from './session.ts';
import { CUT_HERE } from './warn.ts';

const PAGE_SIZE = 4096;
const EFLAGS_IF = 0x200n;
const dieState = subsystem('die', () => ({ counter: 0 }));

/** `X86_PF_*`, arch/x86/include/asm/trap_pf.h. */
const PF = { PROT: 1, WRITE: 2, INSTR: 16 } as const;

/** Words of a trap: arch/x86/kernel/traps.c. */
const TRAP_TEXT: Readonly<Record<GuestTrap['trap'], string>> = {
  'invalid-opcode': 'invalid opcode',
  'divide-error': 'divide error',
  breakpoint: 'int3',
  'general-protection': 'general protection fault',
  'stack-segment': 'stack segment',
};

/**
 * Says in the log what the kernel says when guest code dies of `error`, and gives the exception that ends the task.
 * Anything that is no fault of guest code is given back as it is. Source: arch/x86/mm/fault.c, arch/x86/kernel/dumpstack.c.
 */
export function die(session: Session, error: unknown): unknown {
  if (error instanceof GuestFault) return pageFault(session, error);
  if (error instanceof GuestTrap) return trap(session, error);
  if (error instanceof BudgetExceeded) return softLockup(session);
  return error;
}

function pageFault(session: Session, fault: GuestFault): TaskKilled {
  const { kernel } = session;
  const alert = (text: string): void => printk(kernel, KERN.ALERT, text);
  const { address, access, mapped } = fault;
  const near = address >= 0 && address < PAGE_SIZE;
  const what = near ? 'kernel NULL pointer dereference, address' : 'unable to handle page fault for address';
  alert(`BUG: ${what}: ${formatAddress(address)}`);
  const verb = { read: 'read access', write: 'write access', execute: 'instruction fetch' }[access];
  alert(`#PF: supervisor ${verb} in kernel mode`);
  const code = (mapped ? PF.PROT : 0) | (access === 'write' ? PF.WRITE : 0) | (access === 'execute' ? PF.INSTR : 0);
  const number = code.toString(16).padStart(4, '0');
  alert(`#PF: error_code(0x${number}) - ${mapped ? 'permissions violation' : 'not-present page'}`);
  printk(kernel, KERN.INFO, 'PGD 0 P4D 0 ');
  const where = access === 'execute' && near ? `0x${address.toString(16)}` : undefined;
  dieBody(session, `Oops: ${number}`, where, address);
  makeTaskDead(session, access === 'execute' || address < 0);
  return new TaskKilled('SIGKILL');
}

function trap(session: Session, error: GuestTrap): TaskKilled {
  const bug = error.trap === 'invalid-opcode' ? findBug(session, error.address) : undefined;
  if (bug) {
    printk(session.kernel, KERN.WARNING, CUT_HERE);
    const at = bug.file === undefined ? `at ${formatAddress(error.address)}` : `at ${bug.file}:${bug.line}`;
    printk(session.kernel, KERN.CRIT, `kernel BUG ${at}!`);
  }
  dieBody(session, `${TRAP_TEXT[error.trap]}: 0000`, undefined, undefined);
  makeTaskDead(session, false);
  return new TaskKilled('SIGSEGV');
}

/** A `BUG()` in a modelled kernel function: `place` is its file and line, `where` the function. Raises TaskKilled. */
export function kernelBug(session: Session, place: string, where: string): never {
  printk(session.kernel, KERN.WARNING, CUT_HERE);
  printk(session.kernel, KERN.CRIT, `kernel BUG at ${place}!`);
  dieBody(session, 'invalid opcode: 0000', where, undefined);
  throw new TaskKilled('SIGSEGV');
}

/** `__die` and `oops_end`. */
function dieBody(session: Session, what: string, where: string | undefined, cr2: Address | undefined): void {
  const { kernel } = session;
  const say = (text: string): void => printk(kernel, KERN.WARNING, text);
  say(`${what} [#${++dieState(kernel).counter}] PREEMPT SMP NOPTI`);
  printTask(session.kernel);
  showRegisters(session, where, cr2);
  showTrace(session, KERN.WARNING);
  printModules(kernel);
  if (cr2 !== undefined) say(`CR2: ${formatAddress(cr2)}`);
  say('---[ end trace 0000000000000000 ]---');
  showRegisters(session, where, cr2);
  addTaint(kernel, TAINT.DIE, 'LOCKDEP_STILL_OK');
}

/**
 * `make_task_dead`, kernel/exit.c: what it notes of a task that died in the middle of something. Page faults on kernel
 * addresses and on fetching code are handled with interrupts off.
 */
function makeTaskDead(session: Session, faultWithInterruptsOff: boolean): void {
  const { kernel, cpu, current } = session;
  const note = (what: string): void =>
    printk(kernel, KERN.INFO, `note: ${current.comm}[${current.pid}] exited with ${what}`);
  if (faultWithInterruptsOff || (cpu.readRegister('eflags') & EFLAGS_IF) === 0n) note('irqs disabled');
  const count = preemptCount(kernel);
  if (count !== 0) note(`preempt_count ${count}`);
}

/** The watchdog's words for code that never gives the processor back: kernel/watchdog.c. */
function softLockup(session: Session): TaskKilled {
  const { kernel, current } = session;
  const who = `[${current.comm}:${current.pid}]`;
  printk(kernel, KERN.EMERG, `watchdog: BUG: soft lockup - CPU#0 stuck for 22s! ${who}`);
  printModules(kernel);
  printTask(session.kernel);
  showRegisters(session);
  showTrace(session, KERN.WARNING);
  addTaint(kernel, TAINT.SOFTLOCKUP, 'LOCKDEP_STILL_OK');
  return new TaskKilled('SIGKILL', 'hung');
}

/** `panic`, kernel/panic.c. Raises TaskKilled. */
export function panic(session: Session, message: string): never {
  printk(session.kernel, KERN.EMERG, `Kernel panic - not syncing: ${message}`);
  printTask(session.kernel);
  showTrace(session, KERN.EMERG);
  printk(session.kernel, KERN.EMERG, `---[ end Kernel panic - not syncing: ${message} ]---`);
  throw new TaskKilled('SIGKILL', 'panic');
}
