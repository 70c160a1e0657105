import { EOPNOTSUPP } from '../../../abi/negative-errno.ts';
import type { Address } from '../../../memory/address.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';
import { allocateBuffer } from './sk-buff.ts';
import { operation } from './sockets.ts';

/** `enum iter_type`, and the bytes of a `struct kvec`: include/linux/uio.h. */
const ITER_KVEC = 1;
const PIECE = 16;

/** `kernel_sendmsg(sock, msg, vec, num, size)`: the message reads from these pieces. */
function send(call: GuestCall): number {
  const { session, memory } = call;
  const [socket, message, pieces, count, size] = [
    call.pointer(0),
    call.pointer(1),
    call.pointer(2),
    call.long(3),
    call.long(4),
  ];
  const own = operation(session, socket, 'sendmsg');
  if (own === 0) return EOPNOTSUPP;
  const iterator = session.at(message, 'msghdr', 'msg_iter');
  memory.view(iterator, session.fields.size('iov_iter'), 'write').fill(0);
  memory.writeU8(session.at(iterator, 'iov_iter', 'iter_type'), ITER_KVEC);
  memory.writePointer(session.at(iterator, 'iov_iter', 'kvec'), pieces);
  memory.writeU64(session.at(iterator, 'iov_iter', 'nr_segs'), count);
  memory.writeU64(session.at(iterator, 'iov_iter', 'count'), size);
  return session.callInt(own, socket, message, size);
}

/** `_copy_from_iter(addr, bytes, i)`: of pieces of memory; how many bytes there were. */
function copyFromPieces(call: GuestCall): number {
  const { session, memory } = call;
  const [target, wanted, iterator] = [call.pointer(0), call.size(1), call.pointer(2)];
  const field = (name: string): Address => session.at(iterator, 'iov_iter', name);
  let copied = 0;
  while (copied < wanted && memory.readU64(field('nr_segs')) > 0n) {
    const piece = memory.readPointer(field('kvec'));
    const offset = Number(memory.readU64(field('iov_offset')));
    const length = Number(memory.readU64(piece + 8)) - offset;
    const count = Math.min(wanted - copied, length);
    if (count > 0)
      memory.view(target + copied, count, 'write').set(memory.view(memory.readPointer(piece) + offset, count, 'read'));
    copied += count;
    memory.writeU64(field('iov_offset'), BigInt(count === length ? 0 : offset + count));
    if (count < length) break;
    memory.writePointer(field('kvec'), piece + PIECE);
    memory.writeU64(field('nr_segs'), memory.readU64(field('nr_segs')) - 1n);
  }
  memory.writeU64(field('count'), memory.readU64(field('count')) - BigInt(copied));
  return copied;
}

/** `sock_alloc_send_pskb(sk, header_len, data_len, noblock, errcode, order)`. */
function allocateToSend(call: GuestCall): Address {
  const { session, memory } = call;
  const [sock, size, error] = [call.pointer(0), call.size(1) + call.size(2), call.pointer(4)];
  const buffer = allocateBuffer(call, size);
  memory.writePointer(session.at(buffer, 'sk_buff', 'sk'), sock);
  memory.writeU32(error, 0);
  return buffer;
}

/** Messages that the kernel sends itself. */
export const socketMessageFunctions = () => [
  ...rowsOf('net/socket.c', [
    ['int kernel_sendmsg(struct socket *sock, struct msghdr *msg, struct kvec *vec, size_t num, size_t size)', send],
  ]),
  ...rowsOf('net/core/sock.c', [
    [
      'struct sk_buff *sock_alloc_send_pskb(struct sock *sk, unsigned long header_len, unsigned long data_len, int noblock, int *errcode, int max_page_order)',
      allocateToSend,
    ],
  ]),
  ...rowsOf('lib/iov_iter.c', [
    ['size_t _copy_from_iter(void *addr, size_t bytes, struct iov_iter *i)', copyFromPieces],
  ]),
];
