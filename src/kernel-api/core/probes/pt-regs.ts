import { type Address, addressFromBits } from '../../../memory/address.ts';
import { preemptCount, setPreemptCount } from '../kernel-data/percpu.ts';
import type { Session } from '../session.ts';

/** Fields of `struct pt_regs` and the registers that they hold; arch/x86/include/asm/ptrace.h. */
const GENERAL: Readonly<Record<string, string>> = {
  r15: 'r15',
  r14: 'r14',
  r13: 'r13',
  r12: 'r12',
  bp: 'rbp',
  bx: 'rbx',
  r11: 'r11',
  r10: 'r10',
  r9: 'r9',
  r8: 'r8',
  ax: 'rax',
  cx: 'rcx',
  dx: 'rdx',
  si: 'rsi',
  di: 'rdi',
};
const ALIGNMENT = 16;
/** `__KERNEL_CS`, `__KERNEL_DS`: arch/x86/include/asm/segment.h. */
const KERNEL_CS = 0x10n;
const KERNEL_DS = 0x18n;

/** A `struct pt_regs` on the guest's stack. */
export class PtRegs {
  readonly #session: Session;
  readonly address: Address;

  constructor(session: Session, address: Address) {
    this.#session = session;
    this.address = address;
  }

  get(field: string): bigint {
    return this.#session.memory.readU64(this.#place(field));
  }

  set(field: string, value: bigint): void {
    this.#session.memory.writeU64(this.#place(field), BigInt.asUintN(64, value));
  }

  get ip(): Address {
    return addressFromBits(this.get('ip'));
  }

  set ip(value: Address) {
    this.set('ip', BigInt(value));
  }

  /** Puts the general registers into the processor. */
  restore(): void {
    const { cpu } = this.#session;
    for (const [field, register] of Object.entries(GENERAL)) cpu.writeRegister(register, this.get(field));
  }

  #place(field: string): Address {
    return this.#session.at(this.address, 'pt_regs', field);
  }
}

/** Where registers are saved: the instruction pointer, what `orig_ax` is, and what preemption counts meanwhile. */
export interface RegisterFrame {
  readonly ip: Address;
  readonly originalAx: bigint;
  readonly preempt: number;
}

/**
 * Does something with the processor's registers laid on the guest's stack, as the entry code of an exception does. What
 * `work` changes of the general ones goes back into the processor; rsp and the flags are afterwards as they were.
 */
export function withRegisters<T>(session: Session, frame: RegisterFrame, work: (regs: PtRegs) => T): T {
  const { cpu, kernel } = session;
  const [stack, flags] = ['rsp', 'eflags'].map((name) => cpu.readRegister(name)) as [bigint, bigint];
  const count = preemptCount(kernel);
  const regs = pushRegisters(session, frame);
  setPreemptCount(kernel, count + frame.preempt);
  const result = work(regs);
  setPreemptCount(kernel, count);
  regs.restore();
  cpu.writeRegister('rsp', stack);
  cpu.writeRegister('eflags', flags);
  return result;
}

function pushRegisters(session: Session, { ip, originalAx }: RegisterFrame): PtRegs {
  const { cpu, fields } = session;
  const top = addressFromBits(cpu.readRegister('rsp'));
  const regs = new PtRegs(session, Math.floor((top - fields.size('pt_regs')) / ALIGNMENT) * ALIGNMENT);
  for (const [field, register] of Object.entries(GENERAL)) regs.set(field, cpu.readRegister(register));
  regs.set('orig_ax', originalAx);
  regs.set('flags', cpu.readRegister('eflags'));
  regs.set('cs', KERNEL_CS);
  regs.set('ss', KERNEL_DS);
  regs.set('sp', BigInt(top));
  regs.ip = ip;
  cpu.writeRegister('rsp', BigInt(regs.address));
  return regs;
}
