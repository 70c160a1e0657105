import type { Kernel } from '../../kernel/kernel.ts';
import type { Address } from '../../memory/address.ts';
import { READ_EXECUTE } from '../../memory/address-space.ts';

/** The sixteen general registers by their number in an instruction. */
const REGISTERS = [
  'rax', 'rcx', 'rdx', 'rbx', 'rsp', 'rbp', 'rsi', 'rdi',
  'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15',
];

/** `jmp *%reg`: what `__x86_indirect_thunk_reg` does on a processor that needs no retpoline. */
function indirectJump(register: number): number[] {
  return register < 8 ? [0xff, 0xe0 + register] : [0x41, 0xff, 0xe0 + register - 8];
}

const RET = [0xc3];

/**
 * Kernel functions that are a few instructions and not C: their code. Source: arch/x86/lib/retpoline.S,
 * arch/x86/kernel/ftrace_64.S, arch/x86/include/asm/static_call.h.
 */
const NATIVE: readonly (readonly [name: string, code: readonly number[]])[] = [
  ['__fentry__', RET],
  ['__x86_return_thunk', RET],
  ...REGISTERS.map((name, number) => [`__x86_indirect_thunk_${name}`, indirectJump(number)] as const),
  ['__SCT__might_resched', [0x31, 0xc0, 0xc3]],
  ['__SCT__cond_resched', [0x31, 0xc0, 0xc3]],
  ['__SCT__preempt_schedule', RET],
  ['__SCT__preempt_schedule_notrace', RET],
];

/** `pv_ops.irq`, arch/x86/kernel/paravirt.c: save_fl, irq_disable, irq_enable as a bare machine has them. */
const IRQ_CODE = [
  [0x9c, 0x58, 0xc3],
  [0xfa, 0xc3],
  [0xfb, 0xc3],
];
const IRQ_CODE_BASE: Address = -0x1fffffe0000;

/** Lays the native functions into guest memory at their addresses. Does nothing when they are there. */
export function mapNativeCode(kernel: Kernel): void {
  if (kernel.memory.find(IRQ_CODE_BASE)) return;
  const bytes = new Uint8Array(IRQ_CODE.length * 16);
  for (const [index, code] of IRQ_CODE.entries()) bytes.set(code, index * 16);
  kernel.memory.map(IRQ_CODE_BASE, bytes, READ_EXECUTE, 'pv_ops');
  for (const [name, code] of NATIVE) {
    const found = kernel.profile.exports.find(name);
    if (found) kernel.memory.map(found.address, Uint8Array.from(code), READ_EXECUTE, name);
  }
}

/** Address of one of the functions of `pv_ops.irq`. */
export function irqFunction(index: number): Address {
  return IRQ_CODE_BASE + index * 16;
}
