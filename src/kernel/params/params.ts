import { PARAM_FLAG, PARAM_OPS_NOARG } from '../../abi/module-param.ts';
import { GuestFault } from '../../memory/guest-fault.ts';
import { type KernelResult, minus } from '../errno-number.ts';
import type { Kernel } from '../kernel.ts';
import { lockedDown } from '../lockdown.ts';
import { KERN, printk } from '../log/printk.ts';
import { addTaint, TAINT } from '../log/taint.ts';
import type { Module, ModuleParameter } from '../module.ts';
import { nextArg, skipSpaces } from './next-arg.ts';
import { PARAM_ARRAY_OPS } from './param-array.ts';
import { PARAM_OPS, type ParamOps, paramFunctionsByAddress } from './param-ops.ts';
import { type ParamTarget, type ParamValue, paramField } from './param-target.ts';

/** Takes an argument that no parameter has: 0, or a negative error number. */
export type UnknownArgument = (param: string, value: ParamValue) => KernelResult;

/** What `parse_args` came to. */
export interface ParsedArguments {
  /** The last error, or 0. */
  readonly error: KernelResult;
  /** What followed ` -- `, if it was there and nothing was wrong before. */
  readonly afterDashes: string | undefined;
}

/** How errors of a set function are worded; every other one is `invalid`. */
const COMPLAINTS: Readonly<Record<number, (value: string, param: string) => string>> = {
  [minus('ENOENT')]: (_value, param) => `Unknown parameter \`${param}'`,
  [minus('ENOSPC')]: (value, param) => `\`${value}' too large for parameter \`${param}'`,
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
    if (argument.value === undefined && argument.param === '--') {
      return { error, afterDashes: error ? undefined : rest };
    }
    const value = { text: argument.value };
    const result = parseOne(kernel, module, argument.param, value, unknown);
    if (result === 0) continue;
    error = result;
    const complaint = COMPLAINTS[result] ?? INVALID;
    printk(kernel, KERN.ERR, `${module.name}: ${complaint(value.text ?? '', argument.param)}`);
  }
  return { error, afterDashes: undefined };
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
  if (value.text === undefined && !takesNoArgument(kernel, parameter)) return minus('EINVAL');
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
  if (!checkUnsafe(kernel, parameter)) return minus('EPERM');
  try {
    return callSet(kernel, module, parameter, value);
  } catch (fault) {
    if (fault instanceof GuestFault) return minus('EFAULT');
    throw fault;
  }
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
  const target = targetOf(kernel, module, parameter);
  try {
    const ops = standardOps(parameter);
    if (ops) return ops.get(target);
    const address = ownFunction(kernel, parameter, 'get');
    if (address === 0) return minus('EPERM');
    const known = paramFunctionsByAddress(kernel.profile).get.get(address);
    return known ? known(target) : kernel.runner.getParameter(kernel, module, parameter.address);
  } catch (fault) {
    if (fault instanceof GuestFault) return minus('EFAULT');
    throw fault;
  }
}

/** `module_destroy_params`: gives back what set functions took from the heap. */
export function destroyParams(kernel: Kernel, module: Module): void {
  for (const parameter of module.parameters) {
    try {
      standardOps(parameter)?.free?.(kernel, parameter.argument);
    } catch (fault) {
      if (!(fault instanceof GuestFault)) throw fault;
    }
  }
}

function callSet(kernel: Kernel, module: Module, parameter: ModuleParameter, value: ParamValue): KernelResult {
  const target = targetOf(kernel, module, parameter);
  const ops = standardOps(parameter);
  if (ops) return ops.set(target, value);
  const address = ownFunction(kernel, parameter, 'set');
  if (address === 0) return minus('EPERM');
  const known = paramFunctionsByAddress(kernel.profile).set.get(address);
  if (known) return known(target, value);
  return kernel.runner.setParameter(kernel, module, parameter.address, value.text) ?? 0;
}

/** Whether setting a parameter calls the module's own code. */
export function isSetByModule(kernel: Kernel, parameter: ModuleParameter): boolean {
  if (standardOps(parameter)) return false;
  try {
    const address = ownFunction(kernel, parameter, 'set');
    return address !== 0 && !paramFunctionsByAddress(kernel.profile).set.has(address);
  } catch (fault) {
    if (fault instanceof GuestFault) return false;
    throw fault;
  }
}

function standardOps(parameter: ModuleParameter): ParamOps | undefined {
  return parameter.ops === 'param_array_ops' ? PARAM_ARRAY_OPS : PARAM_OPS.get(parameter.ops);
}

function targetOf(kernel: Kernel, module: Module, parameter: ModuleParameter): ParamTarget {
  const { name, address, argument } = parameter;
  return { kernel, module, name, address, argument };
}

function takesNoArgument(kernel: Kernel, parameter: ModuleParameter): boolean {
  const ops = standardOps(parameter);
  if (ops) return ops.noArgument === true;
  try {
    const flags = kernel.memory.readU32(paramField(kernel, 'kernel_param_ops', ownOps(kernel, parameter), 'flags'));
    return (flags & PARAM_OPS_NOARG) !== 0;
  } catch (fault) {
    if (fault instanceof GuestFault) return false;
    throw fault;
  }
}

function ownOps(kernel: Kernel, parameter: ModuleParameter): number {
  return kernel.memory.readPointer(paramField(kernel, 'kernel_param', parameter.address, 'ops'));
}

function ownFunction(kernel: Kernel, parameter: ModuleParameter, field: 'set' | 'get'): number {
  return kernel.memory.readPointer(paramField(kernel, 'kernel_param_ops', ownOps(kernel, parameter), field));
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
