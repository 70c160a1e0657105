import { INTEGER_TYPES } from '../../kernel/params/param-integers.ts';
import { paramFunctionsByAddress } from '../../kernel/params/param-ops.ts';
import type { ParamTarget } from '../../kernel/params/param-target.ts';
import { paramField } from '../../kernel/params/param-target.ts';
import { writeBytes } from '../guest-text.ts';
import { type GuestCall, type KernelFunction, rowsOf } from '../kernel-function.ts';

const EINVAL = -22;

/** The `struct kernel_param` of an argument as set and get functions see it; undefined for one of no loaded module. */
function targetOf(call: GuestCall, index: number): ParamTarget | undefined {
  const { kernel, memory } = call;
  const address = call.pointer(index);
  const owner = memory.readPointer(paramField(kernel, 'kernel_param', address, 'mod'));
  const module = kernel.modules.find((each) => each.thisModule === owner);
  if (!module) return undefined;
  const name = memory.readCString(memory.readPointer(paramField(kernel, 'kernel_param', address, 'name')));
  const argument = memory.readPointer(paramField(kernel, 'kernel_param', address, 'arg'));
  return { kernel, module, name, address, argument };
}

const set =
  (name: string): KernelFunction =>
  (call) => {
    const target = targetOf(call, 1);
    const { kernel } = call;
    const address = kernel.profile.exports.find(name)!.address;
    const run = paramFunctionsByAddress(kernel.profile).set.get(address);
    if (!target || !run) return EINVAL;
    return run(target, { text: call.pointer(0) === 0 ? undefined : call.string(0) });
  };

const get =
  (name: string): KernelFunction =>
  (call) => {
    const target = targetOf(call, 1);
    const { kernel } = call;
    const address = kernel.profile.exports.find(name)!.address;
    const run = paramFunctionsByAddress(kernel.profile).get.get(address);
    if (!target || !run) return EINVAL;
    const text = run(target);
    writeBytes(call.session, call.pointer(0), `${text}\0`);
    return text.length;
  };

const SET = [...Object.keys(INTEGER_TYPES), 'charp', 'bool', 'bool_enable_only', 'invbool', 'bint', 'copystring'];
const GET = [...Object.keys(INTEGER_TYPES), 'charp', 'bool', 'invbool', 'string'];

/** Setting and showing parameters, as modules' own operations call it: kernel/params.c. */
export const parameterFunctions = () =>
  rowsOf('kernel/params.c', [
    ...SET.map(
      (name) =>
        [`int param_set_${name}(const char *val, const struct kernel_param *kp)`, set(`param_set_${name}`)] as const,
    ),
    ...GET.map(
      (name) =>
        [`int param_get_${name}(char *buffer, const struct kernel_param *kp)`, get(`param_get_${name}`)] as const,
    ),
  ]);
