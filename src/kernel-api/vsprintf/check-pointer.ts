import { isErrorValue } from '../../abi/negative-errno.ts';
import { type Address, PAGE_SIZE } from '../../memory/address.ts';
import { errorString, type PrintfSpec } from './spec.ts';

/** `check_pointer`: the text in place of what a bad pointer points to; undefined when it may be followed. */
export function checkedPointer(pointer: Address, options: PrintfSpec): string | undefined {
  if (pointer === 0) return errorString('(null)', options);
  if ((pointer > 0 && pointer < PAGE_SIZE) || isErrorValue(pointer)) return errorString('(efault)', options);
  return undefined;
}
