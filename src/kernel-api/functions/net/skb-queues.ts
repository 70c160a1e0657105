import { EFAULT } from '../../../abi/negative-errno.ts';
import type { Address } from '../../../memory/address.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';
import { initListHead } from '../../lists.ts';

/** `struct sk_buff_head`: `next`, `prev`, then the count; the buffers' links stand at their beginning too. */
function countAt({ session }: GuestCall, queue: Address): Address {
  return session.at(queue, 'sk_buff_head', 'qlen');
}

function insert(call: GuestCall, queue: Address, buffer: Address, before: Address): void {
  const { memory } = call;
  const previous = memory.readPointer(before + 8);
  memory.writePointer(buffer, before);
  memory.writePointer(buffer + 8, previous);
  memory.writePointer(previous, buffer);
  memory.writePointer(before + 8, buffer);
  memory.writeU32(countAt(call, queue), memory.readU32(countAt(call, queue)) + 1);
}

function unlink(call: GuestCall, queue: Address, buffer: Address): Address {
  const { memory } = call;
  const [next, previous] = [memory.readPointer(buffer), memory.readPointer(buffer + 8)];
  memory.writePointer(previous, next);
  memory.writePointer(next + 8, previous);
  for (const link of [buffer, buffer + 8]) memory.writePointer(link, 0);
  memory.writeU32(countAt(call, queue), memory.readU32(countAt(call, queue)) - 1);
  return buffer;
}

/** The first or last buffer, taken off its queue; 0 when there is none. */
function take(call: GuestCall, link: 0 | 8): Address {
  const queue = call.pointer(0);
  const buffer = call.memory.readPointer(queue + link);
  return buffer === queue || buffer === 0 ? 0 : unlink(call, queue, buffer);
}

function purge(call: GuestCall): void {
  const queue = call.pointer(0);
  call.memory.writeU32(countAt(call, queue), 0);
  initListHead(call.memory, queue);
}

/** Queues of socket buffers: net/core/skbuff.c. */
export const skbQueueFunctions = () =>
  rowsOf('net/core/skbuff.c', [
    ['struct sk_buff *skb_dequeue(struct sk_buff_head *list)', (call) => take(call, 0)],
    ['struct sk_buff *skb_dequeue_tail(struct sk_buff_head *list)', (call) => take(call, 8)],
    [
      'void skb_queue_tail(struct sk_buff_head *list, struct sk_buff *newsk)',
      (call) => insert(call, call.pointer(0), call.pointer(1), call.pointer(0)),
    ],
    [
      'void skb_queue_head(struct sk_buff_head *list, struct sk_buff *newsk)',
      (call) => insert(call, call.pointer(0), call.pointer(1), call.memory.readPointer(call.pointer(0))),
    ],
    [
      'void skb_unlink(struct sk_buff *skb, struct sk_buff_head *list)',
      (call) => void unlink(call, call.pointer(1), call.pointer(0)),
    ],
    [
      'int skb_copy_bits(const struct sk_buff *skb, int offset, void *to, int len)',
      (call) => {
        const { session, memory } = call;
        const [buffer, offset, target, length] = [call.pointer(0), call.int(1), call.pointer(2), call.int(3)];
        if (offset + length > memory.readU32(session.at(buffer, 'sk_buff', 'len'))) return EFAULT;
        const data = session.pointerAt(buffer, 'sk_buff', 'data') + offset;
        if (length > 0) memory.view(target, length, 'write').set(memory.view(data, length, 'read'));
        return 0;
      },
    ],
    ['void skb_queue_purge(struct sk_buff_head *list)', purge],
  ]);
