import type { Address } from '../../memory/address.ts';
import type { KernelProfile } from '../../profile/kernel-profile.ts';
import type { KernelResult } from '../kernel-result.ts';
import { getBint, getBool, getInvbool, setBint, setBool, setBoolEnableOnly, setInvbool } from './param-booleans.ts';
import { getInteger, INTEGER_TYPES, setInteger } from './param-integers.ts';
import { freeCharp, getCharp, getString, setCharp, setCopystring } from './param-strings.ts';
import type { ParamTarget, ParamValue } from './param-target.ts';

/** Sets a parameter from text: 0 or a negative error number. Raises GuestFault for a bad `kp->arg`. */
type SetFunction = (target: ParamTarget, value: ParamValue) => KernelResult;
/** The parameter as text, with its newline, or a negative error number; undefined: it cannot be told. Raises GuestFault. */
type GetFunction = (target: ParamTarget) => string | KernelResult | undefined;
/** Gives back what the set function took. Raises GuestFault. */
type FreeFunction = (target: ParamTarget) => void;

/** The kernel's own `struct kernel_param_ops`. */
export interface ParamOps {
  readonly set: SetFunction;
  readonly get: GetFunction;
  readonly free?: FreeFunction | undefined;
  /** `KERNEL_PARAM_OPS_FL_NOARG`. */
  readonly noArgument?: boolean;
}

const integerOps = Object.entries(INTEGER_TYPES).map(([name, type]): [string, ParamOps] => [
  `param_ops_${name}`,
  { set: (target, value) => setInteger(type, target, value), get: (target) => getInteger(type, target) },
]);

/** Parameter types by the exported name of their ops: kernel/params.c. `param_array_ops` is in param-array.ts. */
export const PARAM_OPS: ReadonlyMap<string, ParamOps> = new Map<string, ParamOps>([
  ...integerOps,
  ['param_ops_charp', { set: setCharp, get: getCharp, free: freeCharp }],
  ['param_ops_bool', { set: setBool, get: getBool, noArgument: true }],
  ['param_ops_bool_enable_only', { set: setBoolEnableOnly, get: getBool, noArgument: true }],
  ['param_ops_invbool', { set: setInvbool, get: getInvbool }],
  ['param_ops_bint', { set: setBint, get: getBint, noArgument: true }],
  ['param_ops_string', { set: setCopystring, get: getString }],
]);

/** The exported functions that a module's own ops may name, as in `.get = param_get_int`. */
const SET_FUNCTIONS: ReadonlyMap<string, SetFunction> = new Map([
  ...Object.entries(INTEGER_TYPES).map(([name, type]): [string, SetFunction] => [
    `param_set_${name}`,
    (target, value) => setInteger(type, target, value),
  ]),
  ['param_set_charp', setCharp],
  ['param_set_bool', setBool],
  ['param_set_bool_enable_only', setBoolEnableOnly],
  ['param_set_invbool', setInvbool],
  ['param_set_bint', setBint],
  ['param_set_copystring', setCopystring],
]);

const GET_FUNCTIONS: ReadonlyMap<string, GetFunction> = new Map([
  ...Object.entries(INTEGER_TYPES).map(([name, type]): [string, GetFunction] => [
    `param_get_${name}`,
    (target) => getInteger(type, target),
  ]),
  ['param_get_charp', getCharp],
  ['param_get_bool', getBool],
  ['param_get_invbool', getInvbool],
  ['param_get_string', getString],
]);

const FREE_FUNCTIONS: ReadonlyMap<string, FreeFunction> = new Map([['param_free_charp', freeCharp]]);

/** Kernel objects by the address at which modules find them. */
interface ByAddress {
  readonly ops: ReadonlyMap<Address, ParamOps>;
  readonly set: ReadonlyMap<Address, SetFunction>;
  readonly get: ReadonlyMap<Address, GetFunction>;
  readonly free: ReadonlyMap<Address, FreeFunction>;
}

const knownAddresses = new WeakMap<KernelProfile, ByAddress>();

/** Which of the kernel's own ops and functions stand at which address of this kernel. */
export function paramFunctionsByAddress(profile: KernelProfile): ByAddress {
  const known = knownAddresses.get(profile);
  if (known) return known;
  const found = {
    ops: byAddress(profile, PARAM_OPS),
    set: byAddress(profile, SET_FUNCTIONS),
    get: byAddress(profile, GET_FUNCTIONS),
    free: byAddress(profile, FREE_FUNCTIONS),
  };
  knownAddresses.set(profile, found);
  return found;
}

function byAddress<T>(profile: KernelProfile, table: ReadonlyMap<string, T>): Map<Address, T> {
  const found = new Map<Address, T>();
  for (const [name, value] of table) {
    const address = profile.exports.find(name)?.address;
    if (address !== undefined) found.set(address, value);
  }
  return found;
}
