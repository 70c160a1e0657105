import { EINVAL, ERANGE } from '../../abi/negative-errno.ts';
import { kstrtoull } from '../../kernel/params/kstrtox.ts';
import { INTEGER_TYPES } from '../../kernel/params/param-integers.ts';
import { paramFunctionsByAddress } from '../../kernel/params/param-ops.ts';
import { freeCharp } from '../../kernel/params/param-strings.ts';
import type { ParamTarget } from '../../kernel/params/param-target.ts';
import { paramField } from '../../kernel/params/param-target.ts';
import { writeBytes } from '../guest-text.ts';
import { type GuestCall, type KernelFunction, rowsOf } from '../kernel-function.ts';

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
    if (typeof text !== 'string') return text ?? EINVAL;
    writeBytes(call.session, call.pointer(0), `${text}\0`);
    return text.length;
  };

/** `param_set_uint_minmax`. */
function setUintMinmax(call: GuestCall): number {
  const target = targetOf(call, 1);
  if (!target || call.pointer(0) === 0) return EINVAL;
  const parsed = kstrtoull(call.string(0));
  if ('error' in parsed) return parsed.error;
  if (parsed.value > 0xffffffffn) return ERANGE;
  if (parsed.value < BigInt(call.unsigned(2)) || parsed.value > BigInt(call.unsigned(3))) return EINVAL;
  call.memory.writeU32(target.argument, Number(parsed.value));
  return 0;
}

/** `param_free_charp`. */
function freeArgument(call: GuestCall): void {
  freeCharp({ kernel: call.kernel, argument: call.pointer(0) });
}

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
    [
      'int param_set_uint_minmax(const char *val, const struct kernel_param *kp, unsigned int min, unsigned int max)',
      setUintMinmax,
    ],
    ['void param_free_charp(void *arg)', freeArgument],
    ['void kernel_param_lock(struct module *mod)', () => undefined],
    ['void kernel_param_unlock(struct module *mod)', () => undefined],
  ]);
