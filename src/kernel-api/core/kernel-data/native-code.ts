import type { Kernel } from '../../../kernel/kernel.ts';
import type { Address } from '../../../memory/address.ts';
import { READ_EXECUTE } from '../../../memory/mapping.ts';
import type { Fields } from '../fields.ts';

const NATIVE_BASE: Address = -0x1fffffe0000;
/** Bytes that each function has. */
const SLOT = 32;

const NOTHING = 'c3';
const ZERO = '31c0c3';
/** `mov rax, rdi`. */
const IDENTITY = '4889f8c3';

/**
 * `pv_ops`, arch/x86/kernel/paravirt.c, as a bare machine has it: machine code by structure and field. Machine-specific
 * registers are not there: a read gives 0, a safe access -EIO. What is left out does nothing.
 */
const NATIVE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  pv_cpu_ops: {
    io_delay: 'e680c3',
    get_debugreg: ZERO,
    read_cr0: '0f20c0c3',
    write_cr0: '0f22c7c3',
    write_cr4: '0f22e7c3',
    store_tr: ZERO,
    wbinvd: '0f09c3',
    cpuid: '534989d04989c94989f28b07418b080fa2890741891a4189084189115bc3',
    read_msr: ZERO,
    read_msr_safe: 'c706fbffffff31c0c3',
    write_msr_safe: 'b8fbffffffc3',
    read_pmc: ZERO,
  },
  pv_irq_ops: { save_fl: '9c58c3', irq_disable: 'fac3', irq_enable: 'fbc3' },
  pv_mmu_ops: {
    read_cr2: '0f20d0c3',
    read_cr3: '0f20d8c3',
    write_cr3: '0f22dfc3',
    pgd_alloc: ZERO,
    set_pte: '488937c3',
    set_pmd: '488937c3',
    set_pud: '488937c3',
    set_p4d: '488937c3',
    pte_val: IDENTITY,
    make_pte: IDENTITY,
    pgd_val: IDENTITY,
    make_pgd: IDENTITY,
    pmd_val: IDENTITY,
    make_pmd: IDENTITY,
    pud_val: IDENTITY,
    make_pud: IDENTITY,
  },
  pv_lock_ops: { queued_spin_unlock: 'c60700c3', vcpu_is_preempted: ZERO },
};
/** Where the structures stand in `struct paravirt_patch_template`. */
const PARTS = { cpu: 'pv_cpu_ops', irq: 'pv_irq_ops', mmu: 'pv_mmu_ops', lock: 'pv_lock_ops' } as const;

/** The different pieces of code, one a slot; the first does nothing. */
const CODE = [...new Set([NOTHING, ...Object.values(NATIVE).flatMap((functions) => Object.values(functions))])];

/** Lays the functions of `pv_ops` into guest memory. Does nothing when they are there. */
function mapNativeCode(kernel: Kernel): void {
  if (kernel.memory.find(NATIVE_BASE)) return;
  const bytes = new Uint8Array(CODE.length * SLOT);
  for (const [index, code] of CODE.entries()) {
    bytes.set(
      code.match(/../g)!.map((byte) => Number.parseInt(byte, 16)),
      index * SLOT,
    );
  }
  kernel.memory.map(NATIVE_BASE, bytes, READ_EXECUTE, 'pv_ops');
}

/** A function that does nothing. */
export function nativeNothing(kernel: Kernel): Address {
  return nativeFunction(kernel, NOTHING);
}

/** A function that returns 0. */
export function nativeZero(kernel: Kernel): Address {
  return nativeFunction(kernel, ZERO);
}

/** Fills `pv_ops` at this address. */
export function fillParavirtOps(kernel: Kernel, fields: Fields, address: Address): void {
  for (const [part, structure] of Object.entries(PARTS)) {
    const start = fields.find('paravirt_patch_template', part);
    if (start === undefined) continue;
    for (let at = 0; at < fields.size(structure); at += 8) writeFunction(kernel, address + start + at, NOTHING);
    for (const [field, code] of Object.entries(NATIVE[structure]!)) {
      const offset = fields.find(structure, field);
      if (offset !== undefined) writeFunction(kernel, address + start + offset, code);
    }
  }
}

function writeFunction(kernel: Kernel, place: Address, code: string): void {
  kernel.memory.writePointer(place, nativeFunction(kernel, code));
}

function nativeFunction(kernel: Kernel, code: string): Address {
  mapNativeCode(kernel);
  return NATIVE_BASE + CODE.indexOf(code) * SLOT;
}
