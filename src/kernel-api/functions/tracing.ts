import { addTaint } from '../../kernel/log/taint.ts';
import { preemptCount, setPreemptCount } from '../core/percpu.ts';
import { type GuestCall, type KernelFunction, rowsOf } from '../kernel-function.ts';
import { format, variadic } from './text/printk.ts';

/** `HARDIRQ_OFFSET`, include/linux/preempt.h. */
const HARDIRQ = 0x10000;
/** Nobody listens. */
const ESRCH = -3;

/** `__trace_printk(ip, fmt, …)`: the length of the text, which goes to the trace and not to the log. */
const traceFormat: KernelFunction = (call) => format(call, call.string(1), variadic(call, 2)).length;

const traceText: KernelFunction = (call) => call.string(1).length;

/** `irq_work_queue`: an interrupt that the processor sends to itself. False when the work is pending already. */
function queueIrqWork(call: GuestCall): boolean {
  const { session, kernel } = call;
  const count = preemptCount(kernel);
  setPreemptCount(kernel, count + HARDIRQ);
  session.call(session.pointerAt(call.pointer(0), 'irq_work', 'func'), call.pointer(0));
  setPreemptCount(kernel, count);
  return true;
}

/** Texts for the trace, and what else is near them: kernel/trace/trace.c, kernel/irq_work.c. */
export const tracingFunctions = () => [
  ...rowsOf('kernel/trace/trace_printk.c', [
    ['int __trace_bprintk(unsigned long ip, const char *fmt, ...)', traceFormat],
    ['int __trace_printk(unsigned long ip, const char *fmt, ...)', traceFormat],
  ]),
  ...rowsOf('kernel/trace/trace.c', [
    ['int __trace_puts(unsigned long ip, const char *str, int size)', traceText],
    ['int __trace_bputs(unsigned long ip, const char *str)', traceText],
  ]),
  ...rowsOf('kernel/irq_work.c', [
    ['bool irq_work_queue(struct irq_work *work)', queueIrqWork],
    ['void irq_work_sync(struct irq_work *work)', () => undefined],
  ]),
  ...rowsOf('kernel/panic.c', [
    [
      'void add_taint(unsigned int flag, enum lockdep_ok lockdep_ok)',
      (call) =>
        addTaint(call.kernel, call.unsigned(0), call.int(1) === 0 ? 'LOCKDEP_STILL_OK' : 'LOCKDEP_NOW_UNRELIABLE'),
    ],
  ]),
  ...rowsOf('drivers/connector/connector.c', [
    [
      'int cn_add_callback(const struct cb_id *id, const char *name, void (*callback)(struct cn_msg *, struct netlink_skb_parms *))',
      () => 0,
    ],
    ['void cn_del_callback(const struct cb_id *id)', () => undefined],
    ['int cn_netlink_send(struct cn_msg *msg, u32 portid, u32 group, gfp_t gfp_mask)', () => ESRCH],
  ]),
];
