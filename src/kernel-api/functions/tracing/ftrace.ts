import { EBUSY, EINVAL } from '../../../abi/negative-errno.ts';
import { subsystem } from '../../../kernel/subsystem.ts';
import type { Address } from '../../../memory/address.ts';
import { isTraced } from '../../core/probes/fire-probes.ts';
import { addProbe, removeProbes } from '../../core/probes/probes.ts';
import type { Session } from '../../core/session.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';
import { canProbe, isFunctionEntry, lookupName } from './probe-address.ts';

/** `FTRACE_OPS_FL_ENABLED`. */
const ENABLED = 1n;

/** The functions that each `struct ftrace_ops` is for; one without any is for all, of which none is told. */
const filters = subsystem('ftrace', () => ({ byOps: {} as Record<string, Address[]> }));

function isEnabled(session: Session, ops: Address): boolean {
  return (session.memory.readU64(session.at(ops, 'ftrace_ops', 'flags')) & ENABLED) !== 0n;
}

function setEnabled(session: Session, ops: Address, enabled: boolean): void {
  const place = session.at(ops, 'ftrace_ops', 'flags');
  const flags = session.memory.readU64(place);
  session.memory.writeU64(place, enabled ? flags | ENABLED : flags & ~ENABLED);
}

/** Puts the probes where the filter says. */
function arm(session: Session, ops: Address): void {
  removeProbes(session, ops);
  for (const address of filters(session.kernel).byOps[ops] ?? [])
    addProbe(session, { kind: 'ftrace', object: ops, address });
}

function changeFilter(session: Session, ops: Address, change: (before: Address[]) => Address[]): void {
  const { byOps } = filters(session.kernel);
  byOps[ops] = change(byOps[ops] ?? []);
  if (isEnabled(session, ops)) arm(session, ops);
}

/** `ftrace_location`: a function that can be traced begins there. */
function isLocation({ session, kernel }: GuestCall, address: Address): boolean {
  return isFunctionEntry(kernel, address) && canProbe(kernel, address) && isTraced(session, address);
}

/** `ftrace_set_filter_ip(ops, ip, remove, reset)`. */
function setFilterAddress(call: GuestCall): number {
  const [ops, address, remove, reset] = [call.pointer(0), call.pointer(1), call.int(2), call.int(3)];
  if (!isLocation(call, address)) return EINVAL;
  changeFilter(call.session, ops, (before) => {
    const kept = reset !== 0 ? [] : before.filter((each) => each !== address);
    return remove !== 0 ? kept : [...kept, address];
  });
  return 0;
}

/** `ftrace_set_filter(ops, buf, len, reset)`: the whole name of one function. */
function setFilter(call: GuestCall): number {
  const [ops, text, length, reset] = [call.pointer(0), call.pointer(1), call.int(2), call.int(3)];
  if (reset !== 0) changeFilter(call.session, ops, () => []);
  if (text === 0) return 0;
  const name = String.fromCharCode(...call.memory.view(text, length, 'read')).split('\0', 1)[0]!;
  const address = lookupName(call.kernel, name);
  if (address === undefined || !isLocation(call, address)) return EINVAL;
  changeFilter(call.session, ops, (before) => [...before, address]);
  return 0;
}

function register({ session }: GuestCall, ops: Address): number {
  if (isEnabled(session, ops)) return EBUSY;
  setEnabled(session, ops, true);
  arm(session, ops);
  return 0;
}

function unregister({ session }: GuestCall, ops: Address): number {
  if (!isEnabled(session, ops)) return EBUSY;
  setEnabled(session, ops, false);
  removeProbes(session, ops);
  return 0;
}

/** Functions that are told when others are called: kernel/trace/ftrace.c. */
export const ftraceFunctions = () =>
  rowsOf('kernel/trace/ftrace.c', [
    ['int register_ftrace_function(struct ftrace_ops *ops)', (call) => register(call, call.pointer(0))],
    ['int unregister_ftrace_function(struct ftrace_ops *ops)', (call) => unregister(call, call.pointer(0))],
    ['int ftrace_set_filter_ip(struct ftrace_ops *ops, unsigned long ip, int remove, int reset)', setFilterAddress],
    ['int ftrace_set_filter(struct ftrace_ops *ops, unsigned char *buf, int len, int reset)', setFilter],
    [
      'void ftrace_free_filter(struct ftrace_ops *ops)',
      (call) => changeFilter(call.session, call.pointer(0), () => []),
    ],
  ]);
