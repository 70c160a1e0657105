import { kzalloc } from '../../../kernel/memory/heap.ts';
import { subsystem } from '../../../kernel/subsystem.ts';
import type { Address } from '../../../memory/address.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';
import { getModule } from '../module-references.ts';
import { connect, SOCK_SIZE } from './sockets.ts';

const AF_INET = 2;
const AF_INET6 = 10;

/** What answers for a type of socket of a family: `struct inet_protosw`. */
const protocolState = subsystem('inet-protosw', () => ({ rows: [] as { family: number; at: Address }[] }));

const register =
  (family: number) =>
  (call: GuestCall): number => {
    protocolState(call.kernel).rows.push({ family, at: call.pointer(0) });
    return 0;
  };

function unregister(call: GuestCall): void {
  const state = protocolState(call.kernel);
  state.rows = state.rows.filter(({ at }) => at !== call.pointer(0));
}

function find({ session, memory, kernel }: GuestCall, family: number, type: number, protocol: number): Address {
  const numberAt = (at: Address, field: string) => memory.readU16(session.at(at, 'inet_protosw', field));
  const found = protocolState(kernel).rows.find(
    (row) => row.family === family && numberAt(row.at, 'type') === type && numberAt(row.at, 'protocol') === protocol,
  );
  return found?.at ?? 0;
}

/** `inet_ctl_sock_create`: a socket of the kernel's own; the protocol's module is held by it, and by its operations. */
function createControl(call: GuestCall): number {
  const { session, memory, kernel } = call;
  const [family, type, protocol] = [call.unsigned(1) & 0xffff, call.unsigned(2) & 0xffff, call.unsigned(3) & 0xff];
  const found = find(call, family, type, protocol);
  const socket = kzalloc(kernel, session.fields.size('socket'));
  const sock = kzalloc(kernel, SOCK_SIZE);
  memory.writeU16(session.at(socket, 'socket', 'type'), type);
  connect(call, socket, sock);
  memory.writePointer(call.pointer(0), sock);
  if (found === 0) return 0;
  const operations = session.pointerAt(found, 'inet_protosw', 'ops');
  memory.writePointer(session.at(socket, 'socket', 'ops'), operations);
  getModule(call, session.pointerAt(session.pointerAt(found, 'inet_protosw', 'prot'), 'proto', 'owner'));
  getModule(call, session.pointerAt(operations, 'proto_ops', 'owner'));
  return 0;
}

/** Protocols that modules bring to the internet families. */
export const inetProtocolFunctions = () => [
  ...rowsOf('net/ipv4/af_inet.c', [
    ['void inet_register_protosw(struct inet_protosw *p)', (call) => void register(AF_INET)(call)],
    ['void inet_unregister_protosw(struct inet_protosw *p)', unregister],
    [
      'int inet_ctl_sock_create(struct sock **sk, unsigned short family, unsigned short type, unsigned char protocol, struct net *net)',
      createControl,
    ],
  ]),
  ...rowsOf('net/ipv6/af_inet6.c', [
    ['int inet6_register_protosw(struct inet_protosw *p)', register(AF_INET6)],
    ['void inet6_unregister_protosw(struct inet_protosw *p)', unregister],
  ]),
];
