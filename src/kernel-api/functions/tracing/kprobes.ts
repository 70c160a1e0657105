import { E2BIG, EINVAL, ENOENT, isErrorValue } from '../../../abi/negative-errno.ts';
import { kfree, kzalloc } from '../../../kernel/memory/heap.ts';
import type { Address } from '../../../memory/address.ts';
import { isTraced } from '../../core/probes/fire-probes.ts';
import { abandonCalls, addProbe, probes, removeProbes } from '../../core/probes/probes.ts';
import type { Session } from '../../core/session.ts';
import { type GuestCall, type KernelFunction, rowsOf } from '../../kernel-function.ts';
import { canProbe, isFunctionEntry, lookupName } from './probe-address.ts';

/** `KPROBE_FLAG_*`, include/linux/kprobes.h. */
const FLAG = { DISABLED: 2, FTRACE: 8, ON_FUNC_ENTRY: 16 } as const;
const KRETPROBE_MAX_DATA_SIZE = 4096n;
/** `max(10, 2 * num_possible_cpus())`. */
const DEFAULT_ACTIVE = 10;
const RETHOOK_SIZE = 64;

type Kind = 'kprobe' | 'kretprobe';

/** The `struct kprobe` of a probe. */
function kprobeOf(session: Session, probe: Address, kind: Kind): Address {
  return kind === 'kprobe' ? probe : probe + session.fields.offset('kretprobe', 'kp');
}

/** `kprobe_addr`: the address, or a negative errno. Addresses of code lie far below any errno. */
function kprobeAddress(session: Session, kprobe: Address): Address {
  const name = session.pointerAt(kprobe, 'kprobe', 'symbol_name');
  const given = session.pointerAt(kprobe, 'kprobe', 'addr');
  if ((name === 0) === (given === 0)) return EINVAL;
  const start = name === 0 ? given : lookupName(session.kernel, session.memory.readCString(name));
  if (start === undefined) return ENOENT;
  return start + session.memory.readU32(session.at(kprobe, 'kprobe', 'offset'));
}

/** `register_kprobe`. */
function registerKprobe(session: Session, kprobe: Address, kind: Kind): number {
  const { memory, kernel } = session;
  const address = kprobeAddress(session, kprobe);
  if (isErrorValue(address)) return address;
  memory.writePointer(session.at(kprobe, 'kprobe', 'addr'), address);
  if (probes(kernel).probes.some(({ object }) => object === kprobe)) return EINVAL;
  const flags = session.at(kprobe, 'kprobe', 'flags');
  const disabled = memory.readU32(flags) & FLAG.DISABLED;
  memory.writeU32(flags, disabled);
  memory.writeU64(session.at(kprobe, 'kprobe', 'nmissed'), 0n);
  if (!canProbe(kernel, address)) return EINVAL;
  addProbe(session, { kind, object: kprobe, address });
  const entry = isFunctionEntry(kernel, address) ? FLAG.ON_FUNC_ENTRY : 0;
  memory.writeU32(flags, disabled | entry | (isTraced(session, address) ? FLAG.FTRACE : 0));
  return 0;
}

/** `register_kretprobe`. */
function registerKretprobe(session: Session, probe: Address): number {
  const { memory, kernel } = session;
  const kprobe = kprobeOf(session, probe, 'kretprobe');
  const address = kprobeAddress(session, kprobe);
  if (isErrorValue(address)) return address;
  if (!isFunctionEntry(kernel, address)) return EINVAL;
  if (memory.readU64(session.at(probe, 'kretprobe', 'data_size')) > KRETPROBE_MAX_DATA_SIZE) return E2BIG;
  const active = session.at(probe, 'kretprobe', 'maxactive');
  if ((memory.readU32(active) | 0) <= 0) memory.writeU32(active, DEFAULT_ACTIVE);
  memory.writeU32(session.at(probe, 'kretprobe', 'nmissed'), 0);
  makeRethook(session, probe);
  const error = registerKprobe(session, kprobe, 'kretprobe');
  if (error !== 0) freeRethook(session, probe);
  return error;
}

/** `rethook_alloc`: through it an instance finds its kretprobe. */
function makeRethook(session: Session, probe: Address): void {
  const place = session.fields.find('kretprobe', 'rh');
  if (place === undefined) return;
  const hook = kzalloc(session.kernel, session.fields.size('rethook') || RETHOOK_SIZE);
  session.memory.writePointer(session.at(hook, 'rethook', 'data'), probe);
  session.memory.writePointer(probe + place, hook);
}

function freeRethook(session: Session, probe: Address): void {
  const place = session.fields.find('kretprobe', 'rh');
  if (place === undefined) return;
  kfree(session.kernel, session.memory.readPointer(probe + place));
  session.memory.writePointer(probe + place, 0);
}

function unregister(session: Session, probe: Address, kind: Kind): void {
  if (!removeProbes(session, kprobeOf(session, probe, kind))) return;
  if (kind === 'kprobe') return;
  abandonCalls(session, probe);
  freeRethook(session, probe);
}

function register(session: Session, probe: Address, kind: Kind): number {
  return kind === 'kprobe' ? registerKprobe(session, probe, kind) : registerKretprobe(session, probe);
}

/** The pointers of an array: its address, then their number. */
function listed(call: GuestCall): Address[] {
  const [array, count] = [call.pointer(0), call.int(1)];
  return Array.from({ length: Math.max(0, count) }, (_, index) => call.memory.readPointer(array + index * 8));
}

/** `register_kprobes`: all or none. */
const registerAll =
  (kind: Kind): KernelFunction =>
  (call) => {
    const all = listed(call);
    if (all.length === 0) return EINVAL;
    for (const [index, probe] of all.entries()) {
      const error = register(call.session, probe, kind);
      if (error === 0) continue;
      for (const done of all.slice(0, index)) unregister(call.session, done, kind);
      return error;
    }
    return 0;
  };

const unregisterAll =
  (kind: Kind): KernelFunction =>
  (call) => {
    for (const probe of listed(call)) unregister(call.session, probe, kind);
  };

/** `enable_kprobe`, `disable_kprobe`. */
const setDisabled =
  (disabled: boolean): KernelFunction =>
  (call) => {
    const { session, memory } = call;
    const kprobe = call.pointer(0);
    if (!probes(session.kernel).probes.some(({ object }) => object === kprobe)) return EINVAL;
    const place = session.at(kprobe, 'kprobe', 'flags');
    const flags = memory.readU32(place) & ~FLAG.DISABLED;
    memory.writeU32(place, disabled ? flags | FLAG.DISABLED : flags);
    return 0;
  };

/** Probes of functions and instructions: kernel/kprobes.c. */
export const kprobeFunctions = () =>
  rowsOf('kernel/kprobes.c', [
    ['int register_kprobe(struct kprobe *p)', (call) => register(call.session, call.pointer(0), 'kprobe')],
    ['void unregister_kprobe(struct kprobe *p)', (call) => unregister(call.session, call.pointer(0), 'kprobe')],
    ['int register_kprobes(struct kprobe **kps, int num)', registerAll('kprobe')],
    ['void unregister_kprobes(struct kprobe **kps, int num)', unregisterAll('kprobe')],
    ['int register_kretprobe(struct kretprobe *rp)', (call) => register(call.session, call.pointer(0), 'kretprobe')],
    [
      'void unregister_kretprobe(struct kretprobe *rp)',
      (call) => unregister(call.session, call.pointer(0), 'kretprobe'),
    ],
    ['int register_kretprobes(struct kretprobe **rps, int num)', registerAll('kretprobe')],
    ['void unregister_kretprobes(struct kretprobe **rps, int num)', unregisterAll('kretprobe')],
    ['int enable_kprobe(struct kprobe *kp)', setDisabled(false)],
    ['int disable_kprobe(struct kprobe *kp)', setDisabled(true)],
  ]);
