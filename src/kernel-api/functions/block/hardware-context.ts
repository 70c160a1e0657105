import type { Kernel } from '../../../kernel/kernel.ts';
import { kfree, kzalloc } from '../../../kernel/memory/heap.ts';
import { subsystem } from '../../../kernel/subsystem.ts';
import type { Address } from '../../../memory/address.ts';
import type { Session } from '../../core/session.ts';

/** The `struct blk_mq_hw_ctx` of each queue: one, as the machine has one processor. */
const contextState = subsystem('hardware-contexts', () => ({ byQueue: {} as Record<string, Address> }));

/** A function of `set->ops`; 0 when it has none. */
export function queueOperation(session: Session, set: Address, name: string): Address {
  return session.pointerAt(session.pointerAt(set, 'blk_mq_tag_set', 'ops'), 'blk_mq_ops', name);
}

/** `blk_mq_alloc_and_init_hctx`: `init_hctx` of the driver is asked for its part. */
export function makeContext(session: Session, queue: Address, set: Address): void {
  const { memory, kernel, fields } = session;
  const context = kzalloc(kernel, fields.size('blk_mq_hw_ctx'));
  memory.writePointer(session.at(context, 'blk_mq_hw_ctx', 'queue'), queue);
  memory.writePointer(session.at(queue, 'request_queue', 'tag_set'), set);
  memory.writePointer(session.at(queue, 'request_queue', 'mq_ops'), session.pointerAt(set, 'blk_mq_tag_set', 'ops'));
  contextState(kernel).byQueue[queue] = context;
  const init = queueOperation(session, set, 'init_hctx');
  if (init !== 0) session.callInt(init, context, session.pointerAt(set, 'blk_mq_tag_set', 'driver_data'), 0);
}

/** The context that a queue's requests go through. */
export function contextOf(kernel: Kernel, queue: Address): Address {
  return contextState(kernel).byQueue[queue] ?? 0;
}

/** `blk_mq_exit_hctx`. */
export function dropContext(session: Session, queue: Address): void {
  const { byQueue } = contextState(session.kernel);
  const context = byQueue[queue];
  if (context === undefined) return;
  const exit = queueOperation(session, session.pointerAt(queue, 'request_queue', 'tag_set'), 'exit_hctx');
  if (exit !== 0) session.call(exit, context, 0);
  delete byQueue[queue];
  kfree(session.kernel, context);
}
