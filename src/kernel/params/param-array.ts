import { EFAULT, EINVAL } from '../../abi/negative-errno.ts';
import { type Address, PAGE_SIZE } from '../../memory/address.ts';
import type { Kernel } from '../kernel.ts';
import type { KernelResult } from '../kernel-result.ts';
import { KERN, printk } from '../log/printk.ts';
import { kfree, kzalloc } from '../memory/heap.ts';
import { ownParamOps } from './own-ops.ts';
import { type ParamOps, paramFunctionsByAddress } from './param-ops.ts';
import { type ParamTarget, type ParamValue, paramField } from './param-target.ts';

/** `sizeof(struct kernel_param)`, include/linux/moduleparam.h. */
const KERNEL_PARAM_SIZE = 40;

/** `struct kparam_array`, include/linux/moduleparam.h. */
interface ParamArray {
  readonly max: number;
  readonly elementSize: number;
  /** Where the number of elements set is kept; 0: nowhere. */
  readonly count: Address;
  readonly elements: Address;
  readonly ops: ParamOps;
  readonly opsAddress: Address;
}

/** `param_array_set`: a list with commas. The first comma becomes a NUL, which is all that messages see of the value. */
function setArray(target: ParamTarget, value: ParamValue): KernelResult {
  const { kernel, name } = target;
  const array = readArray(kernel, target.argument);
  if (value.text === undefined) return EFAULT;
  const words = value.text.split(',');
  storeCount(kernel, array, 0);
  for (const [index, word] of words.entries()) {
    if (index === array.max) {
      printk(kernel, KERN.ERR, `${name}: can only take ${array.max} arguments`);
      return EINVAL;
    }
    value.text = words[0];
    const error = withElement(target, array, index, (element) => array.ops.set(element, { text: word }));
    if (error) return error;
    storeCount(kernel, array, index + 1);
  }
  return 0;
}

/** `param_array_get`. */
function getArray(target: ParamTarget): ReturnType<ParamOps['get']> {
  const { kernel } = target;
  const array = readArray(kernel, target.argument);
  const shown: string[] = [];
  let room = PAGE_SIZE;
  for (let index = 0; index < filled(kernel, array) && room > 0; index++) {
    const text = withElement(target, array, index, array.ops.get);
    if (typeof text !== 'string') return text;
    shown.push(text.slice(0, -1));
    room -= text.length;
  }
  return shown.length === 0 ? '' : `${shown.join(',')}\n`;
}

/** `param_array_free`. */
function freeArray(target: ParamTarget): void {
  const array = readArray(target.kernel, target.argument);
  const { free } = array.ops;
  if (!free || array.elementSize === 0) return;
  for (let index = 0; index < filled(target.kernel, array); index++) withElement(target, array, index, free);
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
    opsAddress: ops,
    ops: elementOps(kernel, ops),
  };
}

function elementOps(kernel: Kernel, address: Address): ParamOps {
  return paramFunctionsByAddress(kernel.profile).ops.get(address) ?? ownParamOps(kernel, address);
}

/** Whether setting an element calls the module's own code. Raises GuestFault. */
export function isArraySetByModule(kernel: Kernel, argument: Address): boolean {
  const { ops } = readArray(kernel, argument);
  return 'setsByModule' in ops && ops.setsByModule === true;
}

/** Calls a function of the element type with the `struct kernel_param` that the kernel makes for it on its stack. */
function withElement<T>(target: ParamTarget, array: ParamArray, index: number, call: (element: ParamTarget) => T): T {
  const argument = array.elements + index * array.elementSize;
  if (!('setsByModule' in array.ops)) return call({ ...target, argument });
  const { kernel } = target;
  const address = kzalloc(kernel, KERNEL_PARAM_SIZE);
  kernel.memory
    .view(address, KERNEL_PARAM_SIZE, 'write')
    .set(kernel.memory.view(target.address, KERNEL_PARAM_SIZE, 'read'));
  kernel.memory.writePointer(paramField(kernel, 'kernel_param', address, 'ops'), array.opsAddress);
  kernel.memory.writePointer(paramField(kernel, 'kernel_param', address, 'arg'), argument);
  try {
    return call({ ...target, address, argument });
  } finally {
    kfree(kernel, address);
  }
}

function filled(kernel: Kernel, array: ParamArray): number {
  return array.count === 0 ? array.max : kernel.memory.readU32(array.count);
}

function storeCount(kernel: Kernel, array: ParamArray, count: number): void {
  if (array.count !== 0) kernel.memory.writeU32(array.count, count);
}
