import { PARAM_OPS_NOARG } from '../../abi/module-param.ts';
import { EPERM } from '../../abi/negative-errno.ts';
import type { Address } from '../../memory/address.ts';
import type { Kernel } from '../kernel.ts';
import { type ParamOps, paramFunctionsByAddress } from './param-ops.ts';
import { type ParamTarget, paramField } from './param-target.ts';

/** A module's own ops, and whether setting runs its code. */
export interface OwnOps extends ParamOps {
  readonly setsByModule: boolean;
}

/**
 * The `struct kernel_param_ops` at `address`, which a module defines itself: functions that the kernel exports are its
 * own, every other one runs. Raises GuestFault.
 */
export function ownParamOps(kernel: Kernel, address: Address): OwnOps {
  const known = paramFunctionsByAddress(kernel.profile);
  const place = (field: 'flags' | 'set' | 'get' | 'free') => paramField(kernel, 'kernel_param_ops', address, field);
  const [set, get, free] = (['set', 'get', 'free'] as const).map((field) => kernel.memory.readPointer(place(field)));
  const noArgument = (kernel.memory.readU32(place('flags')) & PARAM_OPS_NOARG) !== 0;
  return {
    noArgument,
    setsByModule: set !== 0 && !known.set.has(set!),
    set: set === 0 ? callNothing : (known.set.get(set!) ?? callSet),
    get: get === 0 ? () => EPERM : (known.get.get(get!) ?? callGet),
    free: free === 0 ? undefined : (known.free.get(free!) ?? callFree(free!)),
  };
}

const callSet: ParamOps['set'] = ({ kernel, module, address }, { text }) =>
  kernel.runner.setParameter(kernel, module, address, text) ?? 0;

/** `param_attr_store` asks whether there is a set function; `parse_one` does not. */
const callNothing: ParamOps['set'] = (target, value) =>
  target.kernel.systemCall === undefined ? EPERM : callSet(target, value);

const callGet: ParamOps['get'] = ({ kernel, module, address }) => kernel.runner.getParameter(kernel, module, address);

const callFree =
  (address: Address): ParamOps['free'] =>
  ({ kernel, module, argument }: ParamTarget) =>
    kernel.runner.freeParameter(kernel, module, address, argument);
