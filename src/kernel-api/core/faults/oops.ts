import { EFLAGS_IF } from '../../../abi/x86-registers.ts';
import { BudgetExceeded, GuestTrap } from '../../../cpu/guest-cpu.ts';
import { sysctl } from '../../../kernel/files/sysctl.ts';
import { consoleVerbose } from '../../../kernel/log/console.ts';
import { diePrefix, dieWords } from '../../../kernel/log/die-words.ts';
import { printModules, printTask } from '../../../kernel/log/dump-stack.ts';
import { KERN, printk } from '../../../kernel/log/printk.ts';
import { addTaint, debugLocksOff, TAINT } from '../../../kernel/log/taint.ts';
import { subsystem } from '../../../kernel/subsystem.ts';
import { TaskKilled } from '../../../kernel/task-killed.ts';
import { type Address, formatAddress } from '../../../memory/address.ts';
import { GuestFault } from '../../../memory/guest-fault.ts';
import { listArguments } from '../../vsprintf/format-context.ts';
import { vsprintf } from '../../vsprintf/vsprintf.ts';
import { formatContext } from '../format-session.ts';
import { inInterrupt, preemptCount } from '../kernel-data/percpu.ts';
import type { Session } from '../session.ts';
import { findOverrun, type Overrun } from '../tasks/tasks.ts';
import { findBug } from './bug-table.ts';
import { registerLines, showRegisters, showTrace } from './dump.ts';
import { showFaultOops, trapText } from './fault-text.ts';
import { panic } from './panic.ts';
import { CUT_HERE } from './warn.ts';

/** How often something died, and the registers of the first time: `die_counter`, `exec_summary_regs`. */
const dieState = subsystem('die', () => ({ counter: 0, summary: [] as string[] }));

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

/** A page fault in a function of the kernel's own: says the oops and gives what ends the task. */
export function faultIn(session: Session, fault: GuestFault, where: string): TaskKilled {
  return pageFault(session, fault, where);
}

function pageFault(session: Session, fault: GuestFault, kernelFunction?: string): TaskKilled {
  const { address, access } = fault;
  const overrun = findOverrun(session, address);
  if (overrun) return stackOverflow(session, fault, overrun);
  const number = showFaultOops(session, fault);
  const near = address >= 0 && address < 4096;
  const where = access === 'execute' && near ? `0x${address.toString(16)}` : kernelFunction;
  dieBody(session, `Oops: ${number}`, where, address);
  makeTaskDead(session, access === 'execute' || address < 0 || isFaultHandlerDisabled(session));
  return new TaskKilled('SIGKILL');
}

/**
 * `handle_stack_overflow`, arch/x86/kernel/traps.c. The processor finds the stack full once more when it wants to say
 * so: a double fault, in which an oops is a panic.
 */
function stackOverflow(session: Session, { address }: GuestFault, { begin, end }: Overrun): TaskKilled {
  const { kernel } = session;
  const context = formatContext(session);
  const [hit, from, to] = [address, begin, end].map((each) => vsprintf(context, '%p', listArguments([BigInt(each)])));
  printk(kernel, KERN.EMERG, `BUG: TASK stack guard page was hit at ${hit} (stack is ${from}..${to})`);
  dieBody(session, 'stack guard page: 0000', undefined, address);
  return panic(session, 'Fatal exception in interrupt');
}

function trap(session: Session, error: GuestTrap): TaskKilled {
  const bug = error.trap === 'invalid-opcode' ? findBug(session, error.address) : undefined;
  if (bug) {
    printk(session.kernel, KERN.WARNING, CUT_HERE);
    const at = bug.file === undefined ? `at ${formatAddress(error.address)}` : `at ${bug.file}:${bug.line}`;
    printk(session.kernel, KERN.CRIT, `kernel BUG ${at}!`);
  }
  dieBody(session, `${trapText(error)}: 0000`, undefined, undefined);
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
  const state = dieState(kernel);
  consoleVerbose(kernel);
  debugLocksOff(kernel);
  say(`${diePrefix(kernel)}${what} [#${++state.counter}]${dieWords(kernel)}`);
  printTask(session.kernel);
  const registers = registerLines(session, where, cr2);
  if (state.counter === 1) state.summary = registers;
  registers.forEach(say);
  showTrace(session, KERN.WARNING);
  printModules(kernel);
  if (cr2 !== undefined && what.startsWith('Oops')) say(`CR2: ${formatAddress(cr2)}`);
  say('---[ end trace 0000000000000000 ]---');
  addTaint(kernel, TAINT.DIE, 'LOCKDEP_STILL_OK');
  (state.summary ?? registers).forEach(say);
  if (what.startsWith('stack guard page')) return;
  if (inInterrupt(kernel)) panic(session, 'Fatal exception in interrupt');
  if (sysctl(kernel, 'panic_on_oops') !== 0) panic(session, 'Fatal exception');
}

/** Interrupts are off while a page fault is handled, until `do_user_addr_fault` finds a program's memory to look in. */
function isFaultHandlerDisabled({ kernel, current }: Session): boolean {
  return preemptCount(kernel) !== 0 || current.thread === true || current.worker === true;
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
  return new TaskKilled('SIGKILL', 'budget');
}
