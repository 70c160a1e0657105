import type { Address } from '../../memory/address.ts';
import { type KernelResult, minus } from '../errno-number.ts';
import type { Kernel } from '../kernel.ts';
import { KERN, printk } from '../log/printk.ts';
import { type ParamOps, paramFunctionsByAddress } from './param-ops.ts';
import { type ParamTarget, type ParamValue, paramField } from './param-target.ts';

/** What a sysfs file can show. */
const PAGE_SIZE = 4096;

/** `struct kparam_array`, include/linux/moduleparam.h. */
interface ParamArray {
  readonly max: number;
  readonly elementSize: number;
  /** Where the number of elements set is kept; 0: nowhere. */
  readonly count: Address;
  readonly elements: Address;
  /** Undefined when the element type is the module's own. */
  readonly ops: ParamOps | undefined;
}

/** `param_array_set`: a list with commas. The first comma becomes a NUL, which is all that messages see of the value. */
function setArray(target: ParamTarget, value: ParamValue): KernelResult {
  const { kernel, name } = target;
  const array = readArray(kernel, target.argument);
  if (value.text === undefined) return minus('EFAULT');
  const words = value.text.split(',');
  storeCount(kernel, array, 0);
  for (const [index, word] of words.entries()) {
    if (index === array.max) {
      printk(kernel, KERN.ERR, `${name}: can only take ${array.max} arguments`);
      return minus('EINVAL');
    }
    value.text = words[0];
    const error = array.ops?.set(elementTarget(target, array, index), { text: word }) ?? 0;
    if (error) return error;
    storeCount(kernel, array, index + 1);
  }
  return 0;
}

/** `param_array_get`. */
function getArray(target: ParamTarget): string {
  const { kernel } = target;
  const array = readArray(kernel, target.argument);
  const shown: string[] = [];
  let room = PAGE_SIZE;
  for (let index = 0; array.ops && index < filled(kernel, array) && room > 0; index++) {
    const text = array.ops.get(elementTarget(target, array, index));
    shown.push(text.slice(0, -1));
    room -= text.length;
  }
  return shown.length === 0 ? '' : `${shown.join(',')}\n`;
}

/** `param_array_free`. */
function freeArray(kernel: Kernel, argument: Address): void {
  const array = readArray(kernel, argument);
  if (!array.ops?.free || array.elementSize === 0) return;
  for (let index = 0; index < filled(kernel, array); index++) {
    array.ops.free(kernel, array.elements + index * array.elementSize);
  }
}

/** `param_array_ops`, kernel/params.c. */
export const PARAM_ARRAY_OPS: ParamOps = { set: setArray, get: getArray, free: freeArray };

function readArray(kernel: Kernel, address: Address): ParamArray {
  const { memory } = kernel;
  const ops = memory.readPointer(paramField(kernel, 'kparam_array', address, 'ops'));
  return {
    max: memory.readU32(paramField(kernel, 'kparam_array', address, 'max')),
    elementSize: memory.readU32(paramField(kernel, 'kparam_array', address, 'elemsize')),
    count: memory.readPointer(paramField(kernel, 'kparam_array', address, 'num')),
    elements: memory.readPointer(paramField(kernel, 'kparam_array', address, 'elem')),
    ops: paramFunctionsByAddress(kernel.profile).ops.get(ops),
  };
}

function elementTarget(target: ParamTarget, array: ParamArray, index: number): ParamTarget {
  return { ...target, argument: array.elements + index * array.elementSize };
}

function filled(kernel: Kernel, array: ParamArray): number {
  return array.count === 0 ? array.max : kernel.memory.readU32(array.count);
}

function storeCount(kernel: Kernel, array: ParamArray, count: number): void {
  if (array.count !== 0) kernel.memory.writeU32(array.count, count);
}
