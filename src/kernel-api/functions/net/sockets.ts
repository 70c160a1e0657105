import { EAFNOSUPPORT, EEXIST } from '../../../abi/negative-errno.ts';
import { KERN, printk } from '../../../kernel/log/printk.ts';
import { kfree, kzalloc } from '../../../kernel/memory/heap.ts';
import { subsystem } from '../../../kernel/subsystem.ts';
import { requestModule } from '../../../kernel/user-mode-helper.ts';
import type { Address } from '../../../memory/address.ts';
import { nativeNothing, nativeZero } from '../../core/kernel-data/native-code.ts';
import type { Session } from '../../core/session.ts';
import { madeUp } from '../../core/unmodelled.ts';
import { type GuestCall, type KernelFunction, rowsOf } from '../../kernel-function.ts';
import { initListHead } from '../../lists.ts';
import { operationOf } from '../file/inodes.ts';
import { getModule, putModule } from '../module-references.ts';

/** `AF_UNIX`, `AF_INET`, `AF_INET6`, `AF_NETLINK`, `AF_PACKET`: what needs no module in Debian's kernel. */
const BUILT_IN = [1, 2, 10, 16, 17];
/** `NPROTO`. */
const FAMILIES = 46;
/** `SS_UNCONNECTED`. */
const UNCONNECTED = 1;
/** Room for a `struct sock` with what a protocol adds. */
export const SOCK_SIZE = 2048;
const CALLBACKS = ['sk_state_change', 'sk_data_ready', 'sk_write_space', 'sk_error_report', 'sk_destruct'];

/** Families that modules brought: the number and `struct net_proto_family`. */
const familyState = subsystem('socket-families', () => ({ families: {} as Record<number, Address> }));

/** `pf_family_names[]`, net/socket.c, in the order of the numbers. */
const NAMES =
  'UNSPEC UNIX/LOCAL INET AX25 IPX APPLETALK NETROM BRIDGE ATMPVC X25 INET6 ROSE DECnet NETBEUI SECURITY KEY NETLINK/ROUTE PACKET ASH ECONET ATMSVC RDS SNA IRDA PPPOX WANPIPE LLC IB MPLS CAN TIPC BLUETOOTH IUCV RXRPC ISDN PHONET IEEE802154 CAIF ALG NFC VSOCK KCM QIPCRTR SMC XDP MCTP';

function familyName(number: number): string {
  return `PF_${NAMES.split(' ')[number] ?? number}`;
}

function register(call: GuestCall): number {
  const family = call.pointer(0);
  const number = call.memory.readU32(call.session.at(family, 'net_proto_family', 'family'));
  const { families } = familyState(call.kernel);
  if (families[number] !== undefined) return EEXIST;
  families[number] = family;
  printk(call.kernel, KERN.INFO, `NET: Registered ${familyName(number)} protocol family`);
  return 0;
}

/** A socket of a family that the kernel has built in: made up, for there is no network. */
function plainSocket(call: GuestCall, name: string): Address {
  const { session, memory, kernel } = call;
  madeUp(session, name);
  const [socket, sock] = [kzalloc(kernel, session.fields.size('socket')), kzalloc(kernel, SOCK_SIZE)];
  memory.writeU32(session.at(socket, 'socket', 'state'), UNCONNECTED);
  memory.writePointer(session.at(socket, 'socket', 'ops'), plainOperations(call));
  const own = session.fields.find('inet_sock', 'pinet6');
  if (own !== undefined) memory.writePointer(sock + own, kzalloc(kernel, session.fields.size('ipv6_pinfo') || 512));
  connect(call, socket, sock);
  return socket;
}

/** Operations that all give 0. */
function plainOperations({ session, memory, kernel }: GuestCall): Address {
  const operations = kzalloc(kernel, session.fields.size('proto_ops'));
  const first = session.fields.offset('proto_ops', 'release');
  for (let at = first; at < session.fields.size('proto_ops'); at += 8)
    memory.writePointer(operations + at, nativeZero(kernel));
  return operations;
}

/** `sock_create_kern(net, family, type, protocol, res)`: by the family's `create`, if a module has brought it. */
function create(call: GuestCall): number {
  const { session, memory, kernel } = call;
  const [net, number, type, protocol, place] = [
    call.pointer(0),
    call.int(1),
    call.int(2),
    call.int(3),
    call.pointer(4),
  ];
  if (number < 0 || number >= FAMILIES) return EAFNOSUPPORT;
  memory.writePointer(place, 0);
  if (BUILT_IN.includes(number)) {
    memory.writePointer(place, plainSocket(call, 'sock_create_kern'));
    return 0;
  }
  if (familyState(kernel).families[number] === undefined) requestModule(kernel, `net-pf-${number}`);
  const family = familyState(kernel).families[number];
  if (family === undefined) return EAFNOSUPPORT;
  const socket = kzalloc(kernel, session.fields.size('socket'));
  memory.writeU32(session.at(socket, 'socket', 'state'), UNCONNECTED);
  memory.writeU16(session.at(socket, 'socket', 'type'), type);
  const error = session.callInt(session.pointerAt(family, 'net_proto_family', 'create'), net, socket, protocol, 1);
  if (error < 0) {
    kfree(kernel, socket);
    return error;
  }
  getModule(call, operationsOwner(session, socket));
  memory.writePointer(place, socket);
  return 0;
}

function operationsOwner(session: Session, socket: Address): Address {
  const operations = session.pointerAt(socket, 'socket', 'ops');
  return operations === 0 ? 0 : session.pointerAt(operations, 'proto_ops', 'owner');
}

/** A function of a socket's `proto_ops`; 0 when there is none. */
export function operation(session: Session, socket: Address, name: string): Address {
  return socket === 0 ? 0 : operationOf(session, socket, ['socket', 'ops'], ['proto_ops', name]);
}

/** `kernel_bind` and its like: the socket's own operation with these arguments of the call behind the socket. */
const forward =
  (name: string, ...more: readonly ('pointer' | number)[]): KernelFunction =>
  (call) => {
    const own = operation(call.session, call.pointer(0), name);
    const values = more.map((each, index) => (each === 'pointer' ? call.long(index + 1) : each));
    return own === 0 ? 0 : call.session.callInt(own, call.pointer(0), ...values);
  };

function release(call: GuestCall): void {
  const socket = call.pointer(0);
  if (socket === 0) return;
  const own = operation(call.session, socket, 'release');
  const owner = operationsOwner(call.session, socket);
  if (own !== 0) call.session.callInt(own, socket);
  putModule(call, owner);
  kfree(call.kernel, socket);
}

/** `sk_alloc(net, family, priority, prot, kern)`. */
function allocate(call: GuestCall): Address {
  const { session, memory } = call;
  const [family, protocol] = [call.int(1), call.pointer(3)];
  const size = memory.readU32(session.at(protocol, 'proto', 'obj_size')) || SOCK_SIZE;
  const sock = kzalloc(call.kernel, Math.max(size, session.fields.size('sock')));
  const common = session.at(sock, 'sock', '__sk_common');
  memory.writeU16(session.at(common, 'sock_common', 'skc_family'), family);
  memory.writePointer(session.at(common, 'sock_common', 'skc_prot'), protocol);
  memory.writePointer(session.at(sock, 'sock', 'sk_prot_creator'), protocol);
  getModule(call, session.pointerAt(protocol, 'proto', 'owner'));
  memory.writePointer(session.at(common, 'sock_common', 'skc_net'), call.pointer(0));
  memory.writeU32(session.at(common, 'sock_common', 'skc_refcnt'), 1);
  return sock;
}

/** `sk_free`: and its protocol's module is let go. */
function freeSock(call: GuestCall): void {
  const protocol = call.session.pointerAt(call.pointer(0), 'sock', 'sk_prot_creator');
  if (protocol !== 0) putModule(call, call.session.pointerAt(protocol, 'proto', 'owner'));
  kfree(call.kernel, call.pointer(0));
}

/** `sock_init_data(sock, sk)`: queues of nothing, and the two know each other. */
function initData(call: GuestCall): void {
  connect(call, call.pointer(0), call.pointer(1));
}

/** A socket and its `struct sock` know each other. */
export function connect({ session, memory }: GuestCall, socket: Address, sock: Address): void {
  for (const queue of ['sk_receive_queue', 'sk_write_queue', 'sk_error_queue'])
    initListHead(memory, session.at(sock, 'sock', queue));
  for (const callback of CALLBACKS)
    memory.writePointer(session.at(sock, 'sock', callback), nativeNothing(session.kernel));
  memory.writePointer(session.at(sock, 'sock', 'sk_socket'), socket);
  if (socket === 0) return;
  memory.writePointer(session.at(socket, 'socket', 'sk'), sock);
  memory.writeU16(session.at(sock, 'sock', 'sk_type'), memory.readU16(session.at(socket, 'socket', 'type')));
}

/** Sockets that the kernel opens itself: net/socket.c, net/core/sock.c. */
export const socketFunctions = () => [
  ...rowsOf('net/socket.c', [
    ['int sock_register(const struct net_proto_family *ops)', register],
    [
      'void sock_unregister(int family)',
      (call) => {
        delete familyState(call.kernel).families[call.int(0)];
        printk(call.kernel, KERN.INFO, `NET: Unregistered ${familyName(call.int(0))} protocol family`);
      },
    ],
    ['int sock_create_kern(struct net *net, int family, int type, int protocol, struct socket **res)', create],
    ['void sock_release(struct socket *sock)', release],
    ['int kernel_bind(struct socket *sock, struct sockaddr *addr, int addrlen)', forward('bind', 'pointer', 'pointer')],
    ['int kernel_listen(struct socket *sock, int backlog)', forward('listen', 'pointer')],
    ['int kernel_getsockname(struct socket *sock, struct sockaddr *addr)', forward('getname', 'pointer', 0)],
  ]),
  ...rowsOf('net/core/sock.c', [
    ['struct sock *sk_alloc(struct net *net, int family, gfp_t priority, struct proto *prot, int kern)', allocate],
    ['void sk_free(struct sock *sk)', freeSock],
    ['void lock_sock_nested(struct sock *sk, int subclass)', () => undefined],
    ['void release_sock(struct sock *sk)', () => undefined],
    ['void sock_init_data(struct socket *sock, struct sock *sk)', initData],
  ]),
];
