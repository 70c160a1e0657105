import { CHARP_MAX } from '../../abi/module-param.ts';
import { EFAULT, ENOSPC } from '../../abi/negative-errno.ts';
import { type Address, PAGE_SIZE } from '../../memory/address.ts';
import type { AddressSpace } from '../../memory/address-space.ts';
import type { Kernel } from '../kernel.ts';
import type { KernelResult } from '../kernel-result.ts';
import { KERN, printk } from '../log/printk.ts';
import { kfree, kzalloc } from '../memory/heap.ts';
import { type ParamTarget, type ParamValue, paramField } from './param-target.ts';

/** What `%s` shows at most of a value in sysfs: a page less the newline and the NUL. */
const SHOWN_MAX = 4094;

/** `param_set_charp`, kernel/params.c: the value is copied to the heap, an earlier copy given back. */
export function setCharp(target: ParamTarget, value: ParamValue): KernelResult {
  const { kernel, name, argument } = target;
  const text = value.text ?? '';
  if (text.length > CHARP_MAX) {
    printk(kernel, KERN.ERR, `${name}: string parameter too long`);
    return ENOSPC;
  }
  const copy = kzalloc(kernel, text.length + 1);
  kernel.parameterStrings.add(copy);
  writeCString(kernel.memory, copy, text);
  freeCharp(target);
  kernel.memory.writePointer(argument, copy);
  return 0;
}

/** `param_free_charp`: gives the value back if it was copied to the heap. */
export function freeCharp({ kernel, argument }: Pick<ParamTarget, 'kernel' | 'argument'>): void {
  const address = kernel.memory.readPointer(argument);
  if (kernel.parameterStrings.delete(address)) kfree(kernel, address);
}

/** `param_get_charp`. */
export function getCharp(target: ParamTarget): string {
  return showString(target.kernel, target.kernel.memory.readPointer(target.argument));
}

/** `param_set_copystring`. */
export function setCopystring(target: ParamTarget, value: ParamValue): KernelResult {
  const { kernel, name, argument } = target;
  if (value.text === undefined) return EFAULT;
  const room = kernel.memory.readU32(paramField(kernel, 'kparam_string', argument, 'maxlen'));
  if (value.text.length >= room) {
    printk(kernel, KERN.ERR, `${name}: string doesn't fit in ${(room - 1) >>> 0} chars.`);
    return ENOSPC;
  }
  writeCString(kernel.memory, stringBuffer(kernel, argument), value.text);
  return 0;
}

/** `param_get_string`. */
export function getString(target: ParamTarget): string {
  return showString(target.kernel, stringBuffer(target.kernel, target.argument));
}

function stringBuffer(kernel: Kernel, argument: Address): Address {
  return kernel.memory.readPointer(paramField(kernel, 'kparam_string', argument, 'string'));
}

function showString(kernel: Kernel, address: Address): string {
  return `${shownString(kernel, address)}\n`;
}

/** `%s` of lib/vsprintf.c: it knows null pointers and pointers that are error numbers. Raises GuestFault. */
export function shownString(kernel: Kernel, address: Address): string {
  if (address === 0) return '(null)';
  if (Math.abs(address) < PAGE_SIZE) return '(efault)';
  return kernel.memory.readCString(address, SHOWN_MAX);
}

function writeCString(memory: AddressSpace, address: Address, text: string): void {
  const bytes = memory.view(address, text.length + 1, 'write');
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
  bytes[text.length] = 0;
}
