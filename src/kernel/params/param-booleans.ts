import { EROFS } from '../../abi/negative-errno.ts';
import type { KernelResult } from '../kernel-result.ts';
import { kstrtobool } from './kstrtox.ts';
import { getInteger, INTEGER_TYPES } from './param-integers.ts';
import type { ParamTarget, ParamValue } from './param-target.ts';

/** `param_set_bool`: no value means yes. */
export function setBool(target: ParamTarget, value: ParamValue): KernelResult {
  return storeBool(target, value, (on) => target.kernel.memory.writeU8(target.argument, Number(on)));
}

/** `param_set_bool_enable_only`: once set it stays. */
export function setBoolEnableOnly(target: ParamTarget, value: ParamValue): KernelResult {
  let wanted = false;
  const error = storeBool(target, value, (on) => {
    wanted = on;
  });
  if (error) return error;
  if (!wanted) return target.kernel.memory.readU8(target.argument) ? EROFS : 0;
  return setBool(target, value);
}

/** `param_set_invbool`. */
export function setInvbool(target: ParamTarget, value: ParamValue): KernelResult {
  return storeBool(target, value, (on) => target.kernel.memory.writeU8(target.argument, Number(!on)));
}

/** `param_set_bint`: a boolean kept in an int. */
export function setBint(target: ParamTarget, value: ParamValue): KernelResult {
  return storeBool(target, value, (on) => target.kernel.memory.writeU32(target.argument, Number(on)));
}

/** `param_get_bool`. */
export function getBool(target: ParamTarget): string {
  return target.kernel.memory.readU8(target.argument) ? 'Y\n' : 'N\n';
}

/** `param_get_invbool`. */
export function getInvbool(target: ParamTarget): string {
  return target.kernel.memory.readU8(target.argument) ? 'N\n' : 'Y\n';
}

/** `param_ops_bint` reads with `param_get_int`. */
export function getBint(target: ParamTarget): string {
  return getInteger(INTEGER_TYPES.int, target);
}

function storeBool({ kernel }: ParamTarget, value: ParamValue, store: (on: boolean) => void): KernelResult {
  const parsed = kstrtobool(kernel, value.text ?? '1');
  if ('error' in parsed) return parsed.error;
  store(parsed.value);
  return 0;
}
