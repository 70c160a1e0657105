import { ENXIO } from '../../../abi/negative-errno.ts';
import type { Address } from '../../../memory/address.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';

/** `X86_EFLAGS_IF`. */
const INTERRUPTS = 0x200n;

/** Calls a function on the machine's one processor, with interrupts off. */
function callHere({ session, cpu }: GuestCall, function_: Address, info: bigint): void {
  const flags = cpu.readRegister('eflags');
  cpu.writeRegister('eflags', flags & ~INTERRUPTS);
  session.call(function_, info);
  cpu.writeRegister('eflags', flags);
}

/** `smp_call_function_single(cpu, func, info, wait)`: there is no processor but the first. */
function callSingle(call: GuestCall): number {
  if (call.int(0) !== 0) return ENXIO;
  callHere(call, call.pointer(1), call.long(2));
  return 0;
}

/** `on_each_cpu_cond_mask(cond_func, func, info, wait, mask)`. */
function callEach(call: GuestCall): void {
  const [condition, function_, info, mask] = [call.pointer(0), call.pointer(1), call.long(2), call.pointer(4)];
  if ((call.memory.readU8(mask) & 1) === 0) return;
  if (condition === 0 || (call.session.call(condition, 0, info) & 0xffn) !== 0n) callHere(call, function_, info);
}

/** Calls of other processors, of which the machine has none: kernel/smp.c. */
export const crossCallFunctions = () =>
  rowsOf('kernel/smp.c', [
    ['int smp_call_function_single(int cpu, smp_call_func_t func, void *info, int wait)', callSingle],
    ['void smp_call_function(smp_call_func_t func, void *info, int wait)', () => undefined],
    [
      'void smp_call_function_many(const struct cpumask *mask, smp_call_func_t func, void *info, bool wait)',
      () => undefined,
    ],
    [
      'void on_each_cpu_cond_mask(smp_cond_func_t cond_func, smp_call_func_t func, void *info, bool wait, const struct cpumask *mask)',
      callEach,
    ],
    ['void kick_all_cpus_sync(void)', () => undefined],
  ]);
