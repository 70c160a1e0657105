import { GENERAL_REGISTERS } from '../../abi/x86-registers.ts';
import { createX8664Cpu } from '../../cpu/x86-64/cpu.ts';
import { jumpToRegister, type NativeEntry, returnNow } from '../../cpu/x86-64/native-entries.ts';
import { createRunner, type GuestRunner, type RunnerOptions } from '../../kernel-api/runner.ts';
import type { Address } from '../../memory/address.ts';
import type { KernelExports } from '../../profile/kernel-profile.ts';

/** Kernel exports that are an instruction or two: arch/x86/lib/retpoline.S, arch/x86/kernel/ftrace_64.S. */
const NATIVE: readonly (readonly [name: string, entry: NativeEntry])[] = [
  ['__fentry__', returnNow],
  ['__x86_return_thunk', returnNow],
  ...GENERAL_REGISTERS.filter((name) => name !== 'rsp').map(
    (name) => [`__x86_indirect_thunk_${name}`, jumpToRegister(name)] as const,
  ),
];

function nativeEntries(exports: KernelExports): Map<Address, NativeEntry> {
  const found = new Map<Address, NativeEntry>();
  for (const [name, entry] of NATIVE) {
    const address = exports.find(name)?.address;
    if (address !== undefined) found.set(address, entry);
  }
  return found;
}

/** The emulated processor, as a runner wants it. */
export const x8664Processor: Pick<RunnerOptions, 'createCpu'> = {
  createCpu: (memory, entry, exports, isEntry) =>
    createX8664Cpu(memory, entry, {
      nativeEntries: nativeEntries(exports),
      ...(isEntry && { isKernelEntry: isEntry }),
    }),
};

/**
 * What runs the modules' code on an emulated x86-64 processor. `budget`: instructions of one command; `strict`: no
 * answer of the kernel is made up.
 */
export function makeGuestRunner(budget?: number, strict = false): GuestRunner {
  return createRunner({
    ...x8664Processor,
    strict,
    ...(budget !== undefined && { budget }),
  });
}
