import { EINVAL } from '../../../abi/negative-errno.ts';
import {
  addInterruptAction,
  IRQF_SHARED,
  isInterruptLine,
  removeInterruptAction,
} from '../../../kernel/devices/interrupts.ts';
import { warn } from '../../core/faults/warn.ts';
import { copyInString } from '../../guest-text.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';

/** `request_threaded_irq`: an interrupt line of a machine on which none ever comes. */
function requestIrq(call: GuestCall): number {
  const [irq, handler, thread, flags] = [call.unsigned(0), call.pointer(1), call.pointer(2), call.unsigned(3)];
  const device = call.pointer(5);
  if (((flags & IRQF_SHARED) !== 0 && device === 0) || (handler === 0 && thread === 0)) return EINVAL;
  const name = call.pointer(4) === 0 ? undefined : call.string(4);
  return addInterruptAction(call.kernel, { irq, flags, name, device });
}

/** `free_irq`: the name that the action had. */
function freeIrq(call: GuestCall): number {
  const irq = call.unsigned(0);
  if (!isInterruptLine(irq)) return 0;
  const action = removeInterruptAction(call.kernel, irq, call.pointer(1));
  if (action?.name !== undefined) return copyInString(call.session, action.name);
  if (action === undefined) {
    const message = `Trying to free already-free IRQ ${irq}`;
    warn(call.session, { place: 'kernel/irq/manage.c:1887', where: 'free_irq+0x1d3/0x340', message });
  }
  return 0;
}

/** Interrupt lines. */
export const interruptFunctions = () => [
  ...rowsOf('kernel/irq/manage.c', [
    [
      'int request_threaded_irq(unsigned int irq, irq_handler_t handler, irq_handler_t thread_fn, unsigned long irqflags, const char *devname, void *dev_id)',
      requestIrq,
    ],
    ['const void *free_irq(unsigned int irq, void *dev_id)', freeIrq],
    ['void disable_irq(unsigned int irq)', () => undefined],
    ['void disable_irq_nosync(unsigned int irq)', () => undefined],
    ['void enable_irq(unsigned int irq)', () => undefined],
    ['void synchronize_irq(unsigned int irq)', () => undefined],
  ]),
  ...rowsOf('kernel/irq/autoprobe.c', [
    ['unsigned long probe_irq_on(void)', () => 0],
    ['int probe_irq_off(unsigned long val)', () => 0],
  ]),
];
