import { EBUSY, EINVAL } from '../../abi/negative-errno.ts';
import type { Address } from '../../memory/address.ts';
import type { Kernel } from '../kernel.ts';
import { KERN, printk } from '../log/printk.ts';
import { subsystem } from '../subsystem.ts';

/** `struct irqaction`, as far as it is told apart: a handler on an interrupt line. */
export interface InterruptAction {
  readonly irq: number;
  /** `IRQF_*`. */
  readonly flags: number;
  /** Undefined: a null pointer. */
  readonly name: string | undefined;
  /** `dev_id`. */
  readonly device: Address;
}

/** `IRQF_SHARED`, `IRQF_TRIGGER_MASK`: include/linux/interrupt.h. */
export const IRQF_SHARED = 0x80;
const IRQF_TRIGGER_MASK = 0xf;

/** Lines of the machine's only interrupt controller. */
const LINES = 16;
/** Lines that the firmware tables make level-triggered. */
const LEVEL_TRIGGERED = [5, 9, 10, 11];
/** Where a line enters the controller when it is not by its own number. */
const INPUTS: ReadonlyMap<number, number> = new Map([[0, 2]]);

/** Actions of a fresh machine: /proc/interrupts; flags as the kernel's complaints name them. */
const BUILTIN: readonly InterruptAction[] = [
  { irq: 0, flags: 0x15a00, name: 'timer', device: 0 },
  { irq: 1, flags: IRQF_SHARED, name: 'i8042', device: 0 },
  { irq: 4, flags: 0, name: 'ttyS0', device: 0 },
  { irq: 8, flags: 0, name: 'rtc0', device: 0 },
  { irq: 9, flags: IRQF_SHARED, name: 'acpi', device: 0 },
  { irq: 12, flags: IRQF_SHARED, name: 'i8042', device: 0 },
];

/** Rows of /proc/interrupts that count what is no line: arch/x86/kernel/irq.c, `arch_show_interrupts`. */
const COUNTERS: readonly (readonly [label: string, meaning: string])[] = [
  ['NMI', 'Non-maskable interrupts'],
  ['LOC', 'Local timer interrupts'],
  ['SPU', 'Spurious interrupts'],
  ['PMI', 'Performance monitoring interrupts'],
  ['IWI', 'IRQ work interrupts'],
  ['RTR', 'APIC ICR read retries'],
  ['RES', 'Rescheduling interrupts'],
  ['CAL', 'Function call interrupts'],
  ['TLB', 'TLB shootdowns'],
  ['TRM', 'Thermal event interrupts'],
  ['THR', 'Threshold APIC interrupts'],
  ['DFR', 'Deferred Error APIC interrupts'],
  ['MCE', 'Machine check exceptions'],
  ['MCP', 'Machine check polls'],
  ['ERR', ''],
  ['MIS', ''],
  ['PIN', 'Posted-interrupt notification event'],
  ['NPI', 'Nested posted-interrupt event'],
  ['PIW', 'Posted-interrupt wakeup event'],
];

const state = subsystem('interrupts', () => ({ actions: [] as InterruptAction[] }));

/** Whether the machine has this line. */
export function isInterruptLine(irq: number): boolean {
  return irq < LINES;
}

function actionsOf(kernel: Kernel, irq: number): InterruptAction[] {
  return [...BUILTIN, ...state(kernel).actions].filter((action) => action.irq === irq);
}

/**
 * Adds a handler to a line: 0, EINVAL for a line that the machine has not, or EBUSY after the kernel's complaint when
 * the line's handlers do not share it, or want it triggered otherwise.
 * Source: kernel/irq/manage.c, `request_threaded_irq`, `__setup_irq`.
 */
export function addInterruptAction(kernel: Kernel, action: InterruptAction): number {
  if (!isInterruptLine(action.irq)) return EINVAL;
  const old = actionsOf(kernel, action.irq)[0];
  if (old !== undefined && !canShare(old, action)) {
    const told = ({ flags, name }: InterruptAction) => `${hex8(flags)} (${name ?? '(null)'})`;
    printk(kernel, KERN.ERR, `genirq: Flags mismatch irq ${action.irq}. ${told(action)} vs. ${told(old)}`);
    return EBUSY;
  }
  state(kernel).actions.push(action);
  return 0;
}

function canShare(old: InterruptAction, { flags }: InterruptAction): boolean {
  const trigger = flags & IRQF_TRIGGER_MASK;
  return (old.flags & flags & IRQF_SHARED) !== 0 && (trigger === 0 || trigger === (old.flags & IRQF_TRIGGER_MASK));
}

const hex8 = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');

/** Takes a handler from its line; undefined: it has none with this `dev_id`. Source: `__free_irq`. */
export function removeInterruptAction(kernel: Kernel, irq: number, device: Address): InterruptAction | undefined {
  const { actions } = state(kernel);
  const at = actions.findIndex((each) => each.irq === irq && each.device === device);
  return at < 0 ? undefined : actions.splice(at, 1)[0];
}

/** /proc/interrupts of a machine on which none has come: kernel/irq/proc.c, `show_interrupts`. */
export function procInterrupts(kernel: Kernel): string {
  const lines = Array.from({ length: LINES }, (_, irq) => interruptLine(irq, actionsOf(kernel, irq)));
  const counters = COUNTERS.map(([label, meaning]) => `${label}: ${'0'.padStart(10)}${meaning && `   ${meaning}`}\n`);
  return `${' '.repeat(11)}CPU0       \n${lines.join('')}${counters.join('')}`;
}

function interruptLine(irq: number, actions: readonly InterruptAction[]): string {
  if (actions.length === 0) return '';
  const input = String(INPUTS.get(irq) ?? irq).padStart(3);
  const flow = (LEVEL_TRIGGERED.includes(irq) ? 'fasteoi' : 'edge').padEnd(8);
  const names = actions.map(({ name }) => name ?? '(null)').join(', ');
  return `${String(irq).padStart(3)}: ${'0'.padStart(10)}   IO-APIC ${input}-${flow}  ${names}\n`;
}
