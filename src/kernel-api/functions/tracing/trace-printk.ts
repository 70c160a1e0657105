import { type KernelFunction, rowsOf } from '../../kernel-function.ts';
import { format, variadic } from '../text/printk.ts';

/** `__trace_printk(ip, fmt, …)`: the length of the text, which goes to the trace and not to the log. */
const traceFormat: KernelFunction = (call) => format(call, call.string(1), variadic(call, 2)).length;

const traceText: KernelFunction = (call) => call.string(1).length;

/** Texts for the trace. */
export const tracePrintkFunctions = () => [
  ...rowsOf('kernel/trace/trace_printk.c', [
    ['int __trace_bprintk(unsigned long ip, const char *fmt, ...)', traceFormat],
    ['int __trace_printk(unsigned long ip, const char *fmt, ...)', traceFormat],
  ]),
  ...rowsOf('kernel/trace/trace.c', [
    ['int __trace_puts(unsigned long ip, const char *str, int size)', traceText],
    ['int __trace_bputs(unsigned long ip, const char *str)', traceText],
  ]),
];
