import { ECONNREFUSED } from '../../../abi/negative-errno.ts';
import { kfree, kzalloc } from '../../../kernel/memory/heap.ts';
import type { Address } from '../../../memory/address.ts';
import type { Session } from '../../core/session.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';

/** `NET_SKB_PAD` and `NLMSG_HDRLEN`. */
const HEADROOM = 32;
const NETLINK_HEADER = 16;

function field(session: Session, buffer: Address, name: string): Address {
  return session.at(buffer, 'sk_buff', name);
}

/** `__alloc_skb`: a buffer with `headroom` bytes in front of its data. `tail` and `end` are offsets from `head`. */
export function allocateBuffer({ session, memory, kernel }: GuestCall, size: number, headroom = 0): Address {
  const buffer = kzalloc(kernel, session.fields.size('sk_buff'));
  const head = kzalloc(kernel, headroom + size + (session.fields.size('skb_shared_info') || 320));
  memory.writePointer(field(session, buffer, 'head'), head);
  memory.writePointer(field(session, buffer, 'data'), head + headroom);
  memory.writeU32(field(session, buffer, 'tail'), headroom);
  memory.writeU32(field(session, buffer, 'end'), headroom + size);
  memory.writeU32(field(session, buffer, 'users'), 1);
  return buffer;
}

/** `skb_put`: where the new bytes stand. */
export function appendBytes(call: GuestCall, buffer: Address, length: number): Address {
  const { session, memory } = call;
  const tail = field(session, buffer, 'tail');
  const at = memory.readU32(tail);
  memory.writeU32(tail, at + length);
  grow(call, buffer, length);
  return session.pointerAt(buffer, 'sk_buff', 'head') + at;
}

function grow({ session, memory }: GuestCall, buffer: Address, length: number): void {
  const total = field(session, buffer, 'len');
  memory.writeU32(total, (memory.readU32(total) + length) >>> 0);
}

/** `skb_push`, and with a negative length `skb_pull`. */
function push(call: GuestCall, length: number): Address {
  const { session, memory } = call;
  const buffer = call.pointer(0);
  const data = session.pointerAt(buffer, 'sk_buff', 'data') - length;
  memory.writePointer(field(session, buffer, 'data'), data);
  grow(call, buffer, length);
  return data;
}

function free(call: GuestCall): void {
  const buffer = call.pointer(0);
  if (buffer === 0) return;
  kfree(call.kernel, call.session.pointerAt(buffer, 'sk_buff', 'head'));
  kfree(call.kernel, buffer);
}

/** What stands in a message's `nlmsghdr`. `length`: bytes of its payload. */
interface MessageHead {
  readonly port: number;
  readonly sequence: number;
  readonly type: number;
  readonly length: number;
  readonly flags: number;
}

/** `__nlmsg_put`: where the payload of the new message goes. */
export function putMessage(call: GuestCall, buffer: Address, head: MessageHead): Address {
  const { memory } = call;
  const at = appendBytes(call, buffer, Math.ceil((NETLINK_HEADER + head.length) / 4) * 4);
  memory.writeU32(at, NETLINK_HEADER + head.length);
  memory.writeU16(at + 4, head.type);
  memory.writeU16(at + 6, head.flags);
  memory.writeU32(at + 8, head.sequence);
  memory.writeU32(at + 12, head.port);
  return at + NETLINK_HEADER;
}

function putNetlink(call: GuestCall): Address {
  const [buffer, port, sequence, type] = [call.pointer(0), call.unsigned(1), call.unsigned(2), call.int(3)];
  const [length, flags] = [call.int(4), call.int(5)];
  return putMessage(call, buffer, { port, sequence, type, length, flags }) - NETLINK_HEADER;
}

/** Socket buffers and netlink: nobody listens. */
export const skBuffFunctions = () => [
  ...rowsOf('net/core/skbuff.c', [
    [
      'struct sk_buff *__alloc_skb(unsigned int size, gfp_t priority, int flags, int node)',
      (call) => allocateBuffer(call, call.unsigned(0)),
    ],
    [
      'struct sk_buff *__netdev_alloc_skb(struct net_device *dev, unsigned int len, gfp_t gfp_mask)',
      (call) => allocateBuffer(call, call.unsigned(1), HEADROOM),
    ],
    [
      'void *skb_put(struct sk_buff *skb, unsigned int len)',
      (call) => appendBytes(call, call.pointer(0), call.unsigned(1)),
    ],
    ['void *skb_push(struct sk_buff *skb, unsigned int len)', (call) => push(call, call.unsigned(1))],
    ['void *skb_pull(struct sk_buff *skb, unsigned int len)', (call) => push(call, -call.unsigned(1))],
    ['void consume_skb(struct sk_buff *skb)', free],
    ['void kfree_skb_reason(struct sk_buff *skb, enum skb_drop_reason reason)', free],
  ]),
  ...rowsOf('net/netlink/af_netlink.c', [
    [
      'struct sock *__netlink_kernel_create(struct net *net, int unit, struct module *module, struct netlink_kernel_cfg *cfg)',
      (call) => kzalloc(call.kernel, call.session.fields.size('sock') || 1024),
    ],
    ['void netlink_kernel_release(struct sock *sk)', (call) => kfree(call.kernel, call.pointer(0))],
    [
      'struct nlmsghdr *__nlmsg_put(struct sk_buff *skb, u32 portid, u32 seq, int type, int len, int flags)',
      putNetlink,
    ],
    ['int netlink_unicast(struct sock *ssk, struct sk_buff *skb, u32 portid, int nonblock)', () => ECONNREFUSED],
  ]),
];
