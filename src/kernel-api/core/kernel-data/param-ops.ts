import { PARAM_OPS_NOARG, PARAM_STRUCTS } from '../../../abi/module-param.ts';
import { INTEGER_TYPES } from '../../../kernel/params/param-integers.ts';
import type { Fill } from './kernel-objects.ts';

interface Functions {
  readonly set: string;
  readonly get: string;
  readonly free?: string;
  readonly noArgument?: boolean;
}

/** kernel/params.c: which functions stand in the `param_ops_…` that modules find; those of arrays are not exported. */
const FUNCTIONS: Readonly<Record<string, Functions>> = {
  ...Object.fromEntries(
    Object.keys(INTEGER_TYPES).map((name) => [name, { set: `param_set_${name}`, get: `param_get_${name}` }]),
  ),
  charp: { set: 'param_set_charp', get: 'param_get_charp', free: 'param_free_charp' },
  bool: { set: 'param_set_bool', get: 'param_get_bool', noArgument: true },
  bool_enable_only: { set: 'param_set_bool_enable_only', get: 'param_get_bool', noArgument: true },
  invbool: { set: 'param_set_invbool', get: 'param_get_invbool' },
  bint: { set: 'param_set_bint', get: 'param_get_int', noArgument: true },
  string: { set: 'param_set_copystring', get: 'param_get_string' },
};

const opsOf =
  ({ noArgument, ...functions }: Functions): Fill =>
  ({ kernel, address }) => {
    const fields = PARAM_STRUCTS.kernel_param_ops;
    if (noArgument) kernel.memory.writeU32(address + fields.flags, PARAM_OPS_NOARG);
    for (const [field, name] of Object.entries(functions)) {
      const target = kernel.profile.exports.find(name)?.address ?? 0;
      kernel.memory.writePointer(address + fields[field as keyof typeof functions], target);
    }
  };

/** The exported `struct kernel_param_ops` by name. */
export const PARAM_OPS_DATA: Readonly<Record<string, Fill>> = Object.fromEntries(
  Object.entries(FUNCTIONS).map(([type, functions]) => [`param_ops_${type}`, opsOf(functions)]),
);
