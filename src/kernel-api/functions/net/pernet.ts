import type { Kernel } from '../../../kernel/kernel.ts';
import { kfree, kzalloc } from '../../../kernel/memory/heap.ts';
import { subsystem } from '../../../kernel/subsystem.ts';
import type { Address } from '../../../memory/address.ts';
import type { Session } from '../../core/session.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';
import { initListHead, listAddTail } from '../../lists.ts';

/** `MIN_PERNET_OPS_ID`, net/core/net_namespace.c: pointers in front of it hold the table's own length. */
const FIRST_ID = 3;
/** Pointers that the table of a namespace has. */
const TABLE = 512;

interface PernetState {
  /** `struct pernet_operations`, oldest first, with the id that each was given; 0: none. */
  readonly list: { readonly operations: Address; readonly id: number }[];
}

const pernetState = subsystem<PernetState>('pernet', () => ({ list: [] }));

/** The only network namespace: `init_net`. */
function initNet(kernel: Kernel): Address {
  return kernel.profile.exports.find('init_net')?.address ?? 0;
}

const at = (session: Session, operations: Address, field: string): Address =>
  session.at(operations, 'pernet_operations', field);
const read = (session: Session, operations: Address, field: string): Address =>
  session.pointerAt(operations, 'pernet_operations', field);

/** `net->gen`: what `net_generic` looks into. */
function genericTable(session: Session, net: Address): Address {
  const place = session.at(net, 'net', 'gen');
  if (session.memory.readPointer(place) === 0) session.memory.writePointer(place, kzalloc(session.kernel, TABLE * 8));
  return session.memory.readPointer(place);
}

function freeId(kernel: Kernel): number {
  const taken = new Set(pernetState(kernel).list.map(({ id }) => id));
  for (let id = FIRST_ID; ; id++) if (!taken.has(id)) return id;
}

/** `ops_init`: memory of the size that is asked for, then `init`. 0 or a negative errno. */
function start(session: Session, operations: Address, id: number): number {
  const { memory, kernel } = session;
  const net = initNet(kernel);
  const size = Number(memory.readU64(at(session, operations, 'size')));
  if (id > 0 && size > 0) memory.writePointer(genericTable(session, net) + id * 8, kzalloc(kernel, size));
  const init = read(session, operations, 'init');
  const error = init === 0 ? 0 : session.callInt(init, net);
  if (error < 0) freeMemory(session, id);
  return error;
}

function freeMemory(session: Session, id: number): void {
  if (id === 0) return;
  const place = genericTable(session, initNet(session.kernel)) + id * 8;
  kfree(session.kernel, session.memory.readPointer(place));
  session.memory.writePointer(place, 0);
}

/** `register_pernet_operations`: gives an id where one is asked for, and starts it in the only namespace. */
function register(call: GuestCall): number {
  const { session, memory, kernel } = call;
  const operations = call.pointer(0);
  const place = read(session, operations, 'id');
  const id = place === 0 ? 0 : freeId(kernel);
  if (place !== 0) memory.writeU32(place, id);
  const error = start(session, operations, id);
  if (error < 0) return error;
  pernetState(kernel).list.push({ operations, id });
  return 0;
}

/** `unregister_pernet_operations`: `pre_exit`, `exit` and `exit_batch`. */
function unregister(call: GuestCall): void {
  const { session, kernel } = call;
  const operations = call.pointer(0);
  const { list } = pernetState(kernel);
  const index = list.findIndex((each) => each.operations === operations);
  if (index < 0) return;
  const [{ id }] = list.splice(index, 1) as [PernetState['list'][number]];
  for (const name of ['pre_exit', 'exit'] as const) {
    const own = read(session, operations, name);
    if (own !== 0) session.call(own, initNet(kernel));
  }
  exitBatch(session, operations);
  freeMemory(session, id);
}

function exitBatch(session: Session, operations: Address): void {
  const own = read(session, operations, 'exit_batch');
  if (own === 0) return;
  const { memory, kernel } = session;
  const head = kzalloc(kernel, 16);
  initListHead(memory, head);
  listAddTail(memory, session.at(initNet(kernel), 'net', 'exit_list'), head);
  session.call(own, head);
  kfree(kernel, head);
}

/** What modules keep for each network namespace. */
export const pernetFunctions = () =>
  rowsOf('net/core/net_namespace.c', [
    ['int register_pernet_subsys(struct pernet_operations *ops)', register],
    ['void unregister_pernet_subsys(struct pernet_operations *ops)', unregister],
    ['int register_pernet_device(struct pernet_operations *ops)', register],
    ['void unregister_pernet_device(struct pernet_operations *ops)', unregister],
  ]);
