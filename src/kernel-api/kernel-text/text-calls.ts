import { isKernelText } from '../../kernel/memory/kernel-text.ts';
import { type Address, addressBits, addressFromBits, PAGE_SIZE } from '../../memory/address.ts';
import type { GuestFault } from '../../memory/guest-fault.ts';
import type { Session } from '../core/session.ts';
import type { TextCall } from './text-call.ts';

/** Registers that a function gives back as it found them: System V ABI, AMD64 supplement, 3.2.1. */
const PRESERVED = ['rbx', 'rbp', 'r12', 'r13', 'r14', 'r15'];
const WORD = 8;

/**
 * A function begins to run from the kernel's own code; `pointers`: which of its arguments are. Requires that its return
 * address is at the top of the stack.
 */
export function enterText(session: Session, name: string, pointers: readonly number[]): void {
  const { cpu, memory, current: task, textCalls } = session;
  const stack = stackPointer(session);
  const back = memory.readPointer(stack);
  if (isKernelText(session.kernel.profile, back)) return;
  const { counts, calls } = textCalls;
  counts.set(name, (counts.get(name) ?? 0) + 1);
  const preserved = PRESERVED.map((register) => cpu.readRegister(register));
  const given = pointers.map((index) => addressFromBits(cpu.argument(index)));
  const outer = calls.filter((call) => call.task !== task || call.stack > stack);
  textCalls.calls = [...outer, { name, task, stack, back, preserved, pointers: given }];
}

/**
 * The call whose code cannot go on because of what it found in memory: undefined when no such code runs, or when the fault
 * is near a pointer that it was given, which is its caller's fault. What may have come from an answer that was made up is
 * nobody's.
 */
export function stuckCall(session: Session, fault?: GuestFault): TextCall | undefined {
  if (!runsKernelText(session)) return undefined;
  const stack = stackPointer(session);
  const call = session.textCalls.calls.findLast((each) => each.task === session.current && each.stack >= stack);
  if (!call || session.memory.readPointer(call.stack) !== call.back) return undefined;
  const isCallers =
    fault && session.stubs.size === 0 && call.pointers.some((pointer) => Math.abs(fault.address - pointer) < PAGE_SIZE);
  return isCallers ? undefined : call;
}

/** Goes back to the caller of a function that cannot go on; `answer` gives a result in its place. */
export function abandonText({ cpu, textCalls }: Session, call: TextCall, answer: () => bigint): void {
  const { counts, calls } = textCalls;
  cpu.writeRegister('rsp', addressBits(call.stack));
  cpu.writeRegister('rax', answer());
  for (const [index, register] of PRESERVED.entries()) cpu.writeRegister(register, call.preserved[index]!);
  cpu.writeRegister('rsp', addressBits(call.stack + WORD));
  cpu.writeRegister('rip', addressBits(call.back));
  textCalls.calls = calls.filter((each) => each !== call);
  const count = counts.get(call.name)! - 1;
  if (count > 0) counts.set(call.name, count);
  else counts.delete(call.name);
}

function stackPointer({ cpu }: Session): Address {
  return addressFromBits(cpu.readRegister('rsp'));
}

/** The kernel's own code runs, or something that it has just called. */
function runsKernelText(session: Session): boolean {
  const { cpu, memory } = session;
  const { profile } = session.kernel;
  const rip = addressFromBits(cpu.readRegister('rip'));
  const isKernels = isKernelText(profile, rip);
  if (isKernels && profile.exports.namesAt(rip).length === 0) return true;
  const stack = stackPointer(session);
  const wasCalled = (isKernels || !memory.find(rip)) && memory.find(stack) !== undefined;
  return wasCalled && isKernelText(profile, memory.readPointer(stack));
}
