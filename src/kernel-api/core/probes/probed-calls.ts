import { kfree, kzalloc } from '../../../kernel/memory/heap.ts';
import { type Address, addressFromBits } from '../../../memory/address.ts';
import type { Session } from '../session.ts';
import { type Probe, type ProbedCall, probes } from './probes.ts';
import { type PtRegs, withRegisters } from './pt-regs.ts';

/** A `struct kretprobe_instance` where the profile does not know it. */
const INSTANCE_SIZE = 64;

/** Where a function whose return is waited for returns to. */
export function trampoline({ kernel }: Session): Address | undefined {
  return kernel.profile.symbolAddress('arch_rethook_trampoline');
}

/** `pre_handler_kretprobe`: the entry handler, then the return address is that of the trampoline. */
export function enterProbedCall(session: Session, { object }: Probe, regs: PtRegs): void {
  const target = trampoline(session);
  const base = retprobeOf(session, object);
  if (target === undefined) return;
  const stack = addressFromBits(regs.get('sp'));
  const instance = takeInstance(session, base, session.memory.readPointer(stack));
  if (instance === undefined) return;
  const handler = session.pointerAt(base, 'kretprobe', 'entry_handler');
  if (handler !== 0 && session.callInt(handler, instance, regs.address) !== 0) {
    kfree(session.kernel, instance);
    return;
  }
  const back = session.memory.readPointer(stack);
  probes(session.kernel).calls.push({ task: session.current.address, probe: base, instance, back });
  session.memory.writePointer(stack, target);
}

/** The `struct kretprobe` around a `struct kprobe`. */
function retprobeOf(session: Session, kprobe: Address): Address {
  return kprobe - session.fields.offset('kretprobe', 'kp');
}

/** `rethook_try_get`: one of `maxactive` instances; `nmissed` counts when all are in use. */
function takeInstance(session: Session, base: Address, back: Address): Address | undefined {
  const { memory, fields, kernel } = session;
  const used = probes(kernel).calls.filter(({ probe }) => probe === base).length;
  if (used >= memory.readU32(session.at(base, 'kretprobe', 'maxactive'))) {
    const missed = session.at(base, 'kretprobe', 'nmissed');
    memory.writeU32(missed, memory.readU32(missed) + 1);
    return undefined;
  }
  const data = Number(memory.readU64(session.at(base, 'kretprobe', 'data_size')));
  const instance = kzalloc(kernel, (fields.size('kretprobe_instance') || INSTANCE_SIZE) + data);
  fillInstance(session, instance, base, back);
  return instance;
}

/** Where `get_kretprobe` and `get_kretprobe_retaddr` look: a `rethook_node` from 5.18 on, fields of its own before. */
function fillInstance(session: Session, instance: Address, base: Address, back: Address): void {
  const { memory, fields } = session;
  const node = fields.find('kretprobe_instance', 'node');
  const hook = fields.find('kretprobe', 'rh');
  if (node !== undefined && hook !== undefined) {
    memory.writePointer(session.at(instance + node, 'rethook_node', 'rethook'), memory.readPointer(base + hook));
    memory.writePointer(session.at(instance + node, 'rethook_node', 'ret_addr'), back);
    return;
  }
  for (const [field, value] of [
    ['rp', base],
    ['ret_addr', back],
  ] as const) {
    const at = fields.find('kretprobe_instance', field);
    if (at !== undefined) memory.writePointer(instance + at, value);
  }
}

/**
 * `rethook_trampoline_handler`: calls the handlers of the call that has just come back, the one that was entered last
 * first. Requires its result in rax. Gives where it really returns to.
 */
export function leaveProbedCall(session: Session): Address | undefined {
  const { calls } = probes(session.kernel);
  const target = trampoline(session);
  const own = calls.filter(({ task }) => task === session.current.address);
  const from = own.findLastIndex(({ back }) => back !== target);
  if (from < 0) return undefined;
  const done = own.slice(from).reverse();
  const back = own[from]!.back;
  const wasInProbe = session.inProbe;
  session.inProbe = true;
  withRegisters(session, { ip: back, originalAx: -1n, preempt: 1 }, (regs) => {
    for (const call of done) callReturned(session, call, regs);
  });
  session.inProbe = wasInProbe;
  return back;
}

function callReturned(session: Session, call: ProbedCall, regs: PtRegs): void {
  const { calls } = probes(session.kernel);
  const handler = call.probe === 0 ? 0 : session.pointerAt(call.probe, 'kretprobe', 'handler');
  if (handler !== 0) session.call(handler, call.instance, regs.address);
  calls.splice(calls.indexOf(call), 1);
  kfree(session.kernel, call.instance);
}

/** `rethook_flush_task`: a task that has ended comes back from nothing. */
export function forgetProbedCalls({ kernel }: Session, task: Address): void {
  const { calls } = probes(kernel);
  for (const call of calls.filter((each) => each.task === task)) {
    calls.splice(calls.indexOf(call), 1);
    kfree(kernel, call.instance);
  }
}
