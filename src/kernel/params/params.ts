import { PARAM_FLAG } from '../../abi/module-param.ts';
import { EFAULT, EINVAL, ENOENT, ENOSPC, EPERM, isErrorValue } from '../../abi/negative-errno.ts';
import { GuestFault } from '../../memory/guest-fault.ts';
import type { Kernel } from '../kernel.ts';
import type { KernelResult } from '../kernel-result.ts';
import { lockedDown } from '../lockdown.ts';
import { KERN, printk } from '../log/printk.ts';
import { addTaint, TAINT } from '../log/taint.ts';
import type { Module, ModuleParameter } from '../module.ts';
import { nextArg, skipSpaces } from './next-arg.ts';
import { type OwnOps, ownParamOps } from './own-ops.ts';
import { isArraySetByModule, PARAM_ARRAY_OPS } from './param-array.ts';
import { PARAM_OPS, type ParamOps } from './param-ops.ts';
import { shownString } from './param-strings.ts';
import { type ParamTarget, type ParamValue, paramField } from './param-target.ts';

/** Takes an argument that no parameter has: 0, or a negative error number. */
export type UnknownArgument = (param: string, value: ParamValue) => KernelResult;

/** What `parse_args` came to. */
export interface ParsedArguments {
  /** The last error, or 0. */
  readonly error: KernelResult;
  /** What followed ` -- `, if it was there and nothing was wrong before; or what a number that is no error points to. */
  readonly afterDashes: string | undefined;
}

/** How errors of a set function are worded; every other one is `invalid`. */
const COMPLAINTS: Readonly<Record<number, (value: string, param: string) => string>> = {
  [ENOENT]: (_value, param) => `Unknown parameter \`${param}'`,
  [ENOSPC]: (value, param) => `\`${value}' too large for parameter \`${param}'`,
};
const INVALID = (value: string, param: string): string => `\`${value}' invalid for parameter \`${param}'`;

/** `parameq`, kernel/params.c: dashes and underscores are the same. */
function sameParameterName(left: string, right: string): boolean {
  return left.replaceAll('-', '_') === right.replaceAll('-', '_');
}

/**
 * `parse_args`, kernel/params.c: sets each `param=value` of `args` in turn; goes on after an error and tells each one
 * to the log. Requires: the module's memory is mapped. Sets: values in guest memory, the log, taint.
 */
export function parseArgs(kernel: Kernel, module: Module, args: string, unknown: UnknownArgument): ParsedArguments {
  let rest = skipSpaces(args);
  let error: KernelResult = 0;
  while (rest !== '') {
    const argument = nextArg(rest);
    rest = argument.rest;
    if (argument.value === undefined && argument.param === '--') return outcome(kernel, error, rest);
    const value = { text: argument.value };
    const result = parseOne(kernel, module, argument.param, value, unknown);
    if (result === 0) continue;
    error = result;
    const complaint = COMPLAINTS[result] ?? INVALID;
    printk(kernel, KERN.ERR, `${module.name}: ${complaint(value.text ?? '', argument.param)}`);
  }
  return outcome(kernel, error, undefined);
}

/** The pointer that `parse_args` returns, as `load_module` takes it: `ERR_PTR` of any other number is a string's place. */
function outcome(kernel: Kernel, error: number, afterDashes: string | undefined): ParsedArguments {
  if (error === 0) return { error, afterDashes };
  if (isErrorValue(error)) return { error, afterDashes: undefined };
  return { error: 0, afterDashes: shownString(kernel, error) };
}

function parseOne(
  kernel: Kernel,
  module: Module,
  param: string,
  value: ParamValue,
  unknown: UnknownArgument,
): KernelResult {
  const parameter = module.parameters.find(({ name }) => sameParameterName(param, name));
  if (!parameter) return unknown(param, value);
  if (value.text === undefined && !takesNoArgument(kernel, parameter)) return EINVAL;
  return setParameter(kernel, module, parameter, value);
}

/**
 * `kp->ops->set` behind `param_check_unsafe`: 0 or a negative error number.
 * Sets: the value in guest memory; a dangerous option taints.
 */
export function setParameter(
  kernel: Kernel,
  module: Module,
  parameter: ModuleParameter,
  value: ParamValue,
): KernelResult {
  if (!checkUnsafe(kernel, parameter)) return EPERM;
  return readable(() => opsOf(kernel, parameter).set(targetOf(kernel, module, parameter), value)) ?? EFAULT;
}

/**
 * `kp->ops->get` as `param_attr_show` calls it: the file's text, or a negative error number; undefined when only the
 * module's own code could tell and that cannot be run.
 */
export function getParameter(
  kernel: Kernel,
  module: Module,
  parameter: ModuleParameter,
): string | KernelResult | undefined {
  const read = readable(() => ({ text: opsOf(kernel, parameter).get(targetOf(kernel, module, parameter)) }));
  return read ? read.text : EFAULT;
}

/** `destroy_params`: gives back what set functions took from the heap. */
export function destroyParams(kernel: Kernel, module: Module): void {
  for (const parameter of module.parameters) {
    readable(() => opsOf(kernel, parameter).free?.(targetOf(kernel, module, parameter)));
  }
}

/** Whether setting a parameter calls the module's own code. */
export function isSetByModule(kernel: Kernel, parameter: ModuleParameter): boolean {
  return (
    readable(() => {
      const ops = opsOf(kernel, parameter);
      if (ops === PARAM_ARRAY_OPS) return isArraySetByModule(kernel, parameter.argument);
      return 'setsByModule' in ops && ops.setsByModule;
    }) ?? false
  );
}

function takesNoArgument(kernel: Kernel, parameter: ModuleParameter): boolean {
  return readable(() => opsOf(kernel, parameter).noArgument) === true;
}

/** What is read of a module's memory; undefined where a pointer leads nowhere. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (fault) {
    if (fault instanceof GuestFault) return undefined;
    throw fault;
  }
}

/** `kp->ops`. Raises GuestFault. */
function opsOf(kernel: Kernel, parameter: ModuleParameter): ParamOps | OwnOps {
  const known = parameter.ops === 'param_array_ops' ? PARAM_ARRAY_OPS : PARAM_OPS.get(parameter.ops);
  if (known) return known;
  return ownParamOps(kernel, kernel.memory.readPointer(paramField(kernel, 'kernel_param', parameter.address, 'ops')));
}

function targetOf(kernel: Kernel, module: Module, parameter: ModuleParameter): ParamTarget {
  const { name, address, argument } = parameter;
  return { kernel, module, name, address, argument };
}

/** `param_check_unsafe`. */
function checkUnsafe(kernel: Kernel, parameter: ModuleParameter): boolean {
  if (parameter.flags & PARAM_FLAG.HWPARAM && lockedDown(kernel, 'MODULE_PARAMETERS')) return false;
  if (parameter.flags & PARAM_FLAG.UNSAFE) {
    printk(kernel, KERN.NOTICE, `Setting dangerous option ${parameter.name} - tainting kernel`);
    addTaint(kernel, TAINT.USER, 'LOCKDEP_STILL_OK');
  }
  return true;
}
