import { addressFromBits } from '../../../memory/address.ts';
import { pushFrames } from '../faults/call-frames.ts';
import { preemptCount, setPreemptCount } from '../kernel-data/percpu.ts';
import type { Session } from '../session.ts';
import { setCurrent } from './current.ts';
import { restoreRegisters, type SavedRegisters, saveRegisters } from './resume.ts';
import type { Task } from './task.ts';
import { stackTop } from './tasks.ts';

/** A background task gives up the processor; its registers are in its {@link Task}. */
class Suspended extends Error {}

/** A background task ends itself in the middle of its code (`kthread_exit`). */
class Left extends Error {}

/** `SOFTIRQ_OFFSET`, include/linux/preempt.h: timers and tasklets run with it. */
const SOFTIRQ_OFFSET = 0x100;

/** The running background task gives up the processor: this does not return, the task goes on where it was called. */
export function suspend(session: Session, task: Task): never {
  const { cpu, memory } = session;
  const stack = addressFromBits(cpu.readRegister('rsp'));
  const registers: Record<string, bigint> = { ...saveRegisters(cpu), rip: memory.readU64(stack) };
  registers['rsp'] = BigInt.asUintN(64, BigInt(stack + 8));
  task.registers = Object.fromEntries(Object.entries(registers).map(([name, value]) => [name, value.toString(16)]));
  throw new Suspended();
}

/** Runs something as another task whose frames begin here. */
export function asTask(session: Session, task: Task, run: () => void): void {
  const { current, traceTop } = session;
  session.traceTop = addressFromBits(session.cpu.readRegister('rsp'));
  setCurrent(session, task);
  run();
  setCurrent(session, current);
  session.traceTop = traceTop;
}

/** Runs something as timers and tasklets run. */
export function inSoftirq(session: Session, run: () => void): void {
  const saved = saveRegisters(session.cpu);
  const { base } = session;
  const count = preemptCount(session.kernel);
  setPreemptCount(session.kernel, count + SOFTIRQ_OFFSET);
  session.base = 0;
  run();
  session.base = base;
  setPreemptCount(session.kernel, count);
  restoreRegisters(session.cpu, saved);
}

/** Runs a background task until it ends or sleeps. */
export function runTask(session: Session, task: Task): void {
  const saved = saveRegisters(session.cpu);
  const { base, current } = session;
  session.onStack.add(task);
  session.base = session.depth + 1;
  setCurrent(session, task);
  try {
    task.exitCode = Number(BigInt.asIntN(32, enter(session, task)));
    finish(session, task);
  } catch (error) {
    if (error instanceof Suspended) return;
    if (!(error instanceof Left)) session.hooks.died(session, error);
    finish(session, task);
  } finally {
    session.onStack.delete(task);
    session.base = base;
    setCurrent(session, current);
    restoreRegisters(session.cpu, saved);
  }
}

function enter(session: Session, task: Task): bigint {
  if (!task.registers) {
    session.hooks.started(session, task);
    session.cpu.writeRegister('rsp', stackTop(task));
    pushFrames(session, task.worker ? ['kthread', 'work'] : ['kthread']);
    return session.call(task.start!.address, task.start!.argument);
  }
  const entries = Object.entries(task.registers).map(([name, value]) => [name, BigInt(`0x${value}`)] as const);
  const registers: SavedRegisters = {
    ...Object.fromEntries(entries),
    rax: BigInt.asUintN(64, BigInt(task.result ?? 0)),
  };
  delete task.registers;
  return session.resume(registers);
}

/** Ends the running background task here; its exit code is set already. Does not return. */
export function leaveThread(_session: Session): never {
  throw new Left();
}

function finish(session: Session, task: Task): void {
  task.state = 'dead';
  session.hooks.ended(session, task);
}
