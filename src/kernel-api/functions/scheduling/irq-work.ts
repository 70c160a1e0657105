import { preemptCount, setPreemptCount } from '../../core/kernel-data/percpu.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';

/** `HARDIRQ_OFFSET`, include/linux/preempt.h. */
const HARDIRQ = 0x10000;

/** `irq_work_queue`: an interrupt that the processor sends to itself. False when the work is pending already. */
function queueIrqWork(call: GuestCall): boolean {
  const { session, kernel } = call;
  const count = preemptCount(kernel);
  setPreemptCount(kernel, count + HARDIRQ);
  session.call(session.pointerAt(call.pointer(0), 'irq_work', 'func'), call.pointer(0));
  setPreemptCount(kernel, count);
  return true;
}

/** Work in an interrupt. */
export const irqWorkFunctions = () =>
  rowsOf('kernel/irq_work.c', [
    ['bool irq_work_queue(struct irq_work *work)', queueIrqWork],
    ['void irq_work_sync(struct irq_work *work)', () => undefined],
  ]);
