import { generalNames } from './register-names.ts';
import { type CpuState, RSP } from './state.ts';

/** A kernel export that the CPU handles by itself, without `KernelEntry`: it must leave rip at where control goes on. */
export type NativeEntry = (state: CpuState) => void;

/** `ret`: `__fentry__`, `__x86_return_thunk`. */
export const returnNow: NativeEntry = (state: CpuState) => {
  const sp = state.number(RSP);
  const low = state.memory.load64(sp) >>> 0;
  state.rip = state.memory.high * 0x100000000 + low;
  state.setNumber(RSP, sp + 8);
};

/** `jmp *register`: `__x86_indirect_thunk_rax` and its like. */
export function jumpToRegister(name: string): NativeEntry {
  const number = generalNames(64).indexOf(name);
  return (state: CpuState) => {
    state.rip = state.number(number);
  };
}
