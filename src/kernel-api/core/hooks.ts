import type { GuestTrap } from '../../cpu/guest-cpu.ts';
import { KERN, printk } from '../../kernel/log/printk.ts';
import { TaskKilled } from '../../kernel/task-killed.ts';
import { type Address, addressFromBits } from '../../memory/address.ts';
import type { GuestFault } from '../../memory/guest-fault.ts';
import { abandonText, stuckCall } from '../kernel-text/text-calls.ts';
import type { Entries } from './entries.ts';
import { BUGFLAG, findBug, markDone, taintOf } from './faults/bug-table.ts';
import { fixupException } from './faults/extable.ts';
import { die } from './faults/oops.ts';
import { strayInterrupt } from './faults/software-interrupt.ts';
import { sprintSymbol } from './faults/symbolize.ts';
import { CUT_HERE, warnBody } from './faults/warn.ts';
import { hitProbes } from './probes/fire-probes.ts';
import { patchedCode } from './probes/probes.ts';
import type { Session, SessionHooks } from './session.ts';
import { scheduleBug } from './tasks/schedule-bug.ts';
import { passTime, TIF } from './tasks/scheduler.ts';
import { TASK_INTERRUPTIBLE, type Task } from './tasks/task.ts';

/** Numbers of exceptions, arch/x86/include/asm/trapnr.h. */
const X86_TRAP = { GP: 13, PF: 14 } as const;
/** Length of `ud2`. */
const UD2_LENGTH = 2n;
/**
 * Virtual time of an instruction, in nanoseconds: the default budget ends when the kernel's watchdog would speak, after
 * 22 seconds.
 */
const NANOSECONDS_PER_INSTRUCTION = 44;

/** What happens at a moment of virtual time, by kind of event. */
export type EventKinds = Readonly<Record<string, (session: Session, address: Address) => void>>;

/** What happens when a background task begins and ends, and when a task goes to sleep. */
export interface TaskEvents {
  started(session: Session, task: Task): void;
  ended(session: Session, task: Task): void;
  slept(session: Session, task: Task): void;
}

/** Instructions that one command's guest code may run, and in which slices the clock moves. */
export interface Budget {
  left: number;
  readonly slice: number;
}

/** The hooks of a real session. */
export function createHooks(events: EventKinds, tasks: TaskEvents, budget: Budget, entries: Entries): SessionHooks {
  return {
    trap: (session, trap) =>
      warnTrap(session, trap) ||
      breakpointTrap(session, trap) ||
      strayInterrupt(session, trap) ||
      (trap.trap === 'general-protection' && fixupException(session, X86_TRAP.GP)) ||
      leaveKernelText(session, entries),
    fault: (session: Session, fault: GuestFault) =>
      (fault.access !== 'execute' && fixupException(session, X86_TRAP.PF)) || leaveKernelText(session, entries, fault),
    slice: (session) => nextSlice(session, budget),
    atomic: scheduleBug,
    fire: (session, kind, address) => events[kind]?.(session, address),
    died: (session, error) => {
      const outcome = die(session, error);
      if (!(outcome instanceof TaskKilled) || outcome.cause === 'panic') throw outcome;
    },
    started: tasks.started,
    ended: tasks.ended,
    slept: tasks.slept,
    nobodyComes,
  };
}

/** `kprobe_int3_handler`: a breakpoint of a probe in module code. False for every other. */
function breakpointTrap(session: Session, { trap, address }: GuestTrap): boolean {
  const code = trap === 'breakpoint' ? patchedCode(session.kernel, address) : undefined;
  if (!code) return false;
  session.cpu.writeRegister('rip', BigInt.asUintN(64, BigInt(address)));
  const next = hitProbes(session, address, () => session.cpu.step(Uint8Array.from(code)));
  session.cpu.writeRegister('rip', BigInt.asUintN(64, BigInt(next ?? address)));
  return true;
}

/**
 * The kernel's own code cannot go on, for what it found in structures that are not all filled: its answer is made up after
 * all. False when no such code runs, or its caller is to blame.
 */
function leaveKernelText(session: Session, entries: Entries, fault?: GuestFault): boolean {
  if (fault === undefined && findBug(session, addressFromBits(session.cpu.readRegister('rip')))) return false;
  const call = entries.code && stuckCall(session, fault);
  if (call) abandonText(session, call, () => entries.standIn(session, call.name));
  return call !== undefined;
}

/** `report_bug`, lib/bug.c: a `WARN` says its piece and the code goes on behind the `ud2`. */
function warnTrap(session: Session, trap: GuestTrap): boolean {
  if (trap.trap !== 'invalid-opcode') return false;
  const bug = findBug(session, trap.address);
  if (!bug || (bug.flags & BUGFLAG.WARNING) === 0) return false;
  const silent = (bug.flags & BUGFLAG.ONCE) !== 0 && (bug.flags & BUGFLAG.DONE) !== 0;
  if (!silent) {
    if (bug.flags & BUGFLAG.ONCE) markDone(session, bug);
    if ((bug.flags & BUGFLAG.NO_CUT_HERE) === 0) printk(session.kernel, KERN.WARNING, CUT_HERE);
    const place = bug.file === undefined ? undefined : `${bug.file}:${bug.line}`;
    warnBody(session, place, sprintSymbol(session.kernel, trap.address, 'S'), { taint: taintOf(bug) });
  }
  session.cpu.writeRegister('rip', BigInt.asUintN(64, BigInt(trap.address)) + UD2_LENGTH);
  return true;
}

function nextSlice(session: Session, budget: Budget): boolean {
  budget.left -= budget.slice;
  passTime(session, budget.slice * NANOSECONDS_PER_INSTRUCTION);
  if (budget.left <= 0) return false;
  session.cpu.budget = Math.min(budget.slice, budget.left);
  return true;
}

/**
 * A wait that nothing ends: an interruptible one is ended by a signal, as by ^C; of the other khungtaskd speaks, and the
 * task never comes back.
 */
function nobodyComes(session: Session, task: Task): void {
  const { kernel, memory } = session;
  const flags = session.at(task.address, 'task_struct', 'thread_info');
  const state = memory.readU32(session.at(task.address, 'task_struct', '__state'));
  if (state & TASK_INTERRUPTIBLE) {
    memory.writeU64(flags, memory.readU64(flags) | TIF.SIGPENDING);
    return;
  }
  const error = (text: string): void => printk(kernel, KERN.ERR, text);
  error(`INFO: task ${task.comm}:${task.pid} blocked for more than 120 seconds.`);
  error('"echo 0 > /proc/sys/kernel/hung_task_timeout_secs" disables this message.');
  throw new TaskKilled('SIGKILL', 'hung');
}
