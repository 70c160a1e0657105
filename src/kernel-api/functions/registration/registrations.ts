import { subsystem } from '../../../kernel/subsystem.ts';
import type { Address } from '../../../memory/address.ts';
import { type GuestCall, type KernelFunction, type KernelFunctionRow, row } from '../../kernel-function.ts';
import { otherPairs } from './registration-pairs.ts';
import { cryptoPairs } from './registration-pairs-crypto.ts';
import { networkPairs } from './registration-pairs-network.ts';

/** Things of subsystems that have nothing to do on this machine: who registered what, by the function's name. */
const registry = subsystem('registered', () => ({ by: {} as Record<string, Address[]> }));

const register =
  (kind: string, index: number): KernelFunction =>
  (call: GuestCall) => {
    const { by } = registry(call.kernel);
    by[kind] ??= [];
    by[kind].push(call.pointer(index));
    return 0;
  };

const unregister =
  (kind: string, index: number): KernelFunction =>
  (call: GuestCall) => {
    const list = registry(call.kernel).by[kind] ?? [];
    const at = list.indexOf(call.pointer(index));
    if (at >= 0) list.splice(at, 1);
    return 0;
  };

/** Networks, file systems, ciphers, …: registered, and nobody comes to use them. */
export const registrationFunctions = (): readonly KernelFunctionRow[] =>
  [...otherPairs, ...networkPairs, ...cryptoPairs].flatMap(([source, kind, add, remove]) => [
    row(add, source, register(kind, 0)),
    ...(remove === undefined ? [] : [row(remove, source, unregister(kind, 0))]),
  ]);
