import type { Kernel } from '../../kernel/kernel.ts';
import type { Address } from '../../memory/address.ts';
import { READ_EXECUTE } from '../../memory/address-space.ts';

/** `pv_ops.irq`, arch/x86/kernel/paravirt.c: save_fl, irq_disable, irq_enable as a bare machine has them. */
const IRQ_CODE = [
  [0x9c, 0x58, 0xc3],
  [0xfa, 0xc3],
  [0xfb, 0xc3],
];
const IRQ_CODE_BASE: Address = -0x1fffffe0000;

/** Lays the functions of `pv_ops.irq` into guest memory. Does nothing when they are there. */
export function mapNativeCode(kernel: Kernel): void {
  if (kernel.memory.find(IRQ_CODE_BASE)) return;
  const bytes = new Uint8Array(IRQ_CODE.length * 16);
  for (const [index, code] of IRQ_CODE.entries()) bytes.set(code, index * 16);
  kernel.memory.map(IRQ_CODE_BASE, bytes, READ_EXECUTE, 'pv_ops');
}

/** Address of one of the functions of `pv_ops.irq`. */
export function irqFunction(index: number): Address {
  return IRQ_CODE_BASE + index * 16;
}
