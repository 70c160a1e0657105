import { EFAULT, ERANGE } from '../../abi/negative-errno.ts';
import type { Address } from '../../memory/address.ts';
import type { AddressSpace } from '../../memory/address-space.ts';
import type { KernelResult } from '../kernel-result.ts';
import { kstrtoll, kstrtoull } from './kstrtox.ts';
import type { ParamTarget, ParamValue } from './param-target.ts';

/** One `STANDARD_PARAM_DEF`: width in bits, sign, and how its value is shown. */
export interface IntegerType {
  readonly bits: 8 | 16 | 32 | 64;
  readonly signed: boolean;
  readonly show: (value: bigint) => string;
}

const decimal = (value: bigint): string => value.toString();
/** `%#08x` as lib/vsprintf.c does it: the prefix counts for the width and stands before a zero too. */
const paddedHex = (value: bigint): string => `0x${value.toString(16).padStart(6, '0')}`;

/** The integer types of kernel/params.c by the middle of their functions' names (`param_set_NAME`). */
export const INTEGER_TYPES = {
  byte: { bits: 8, signed: false, show: decimal },
  short: { bits: 16, signed: true, show: decimal },
  ushort: { bits: 16, signed: false, show: decimal },
  int: { bits: 32, signed: true, show: decimal },
  uint: { bits: 32, signed: false, show: decimal },
  long: { bits: 64, signed: true, show: decimal },
  ulong: { bits: 64, signed: false, show: decimal },
  ullong: { bits: 64, signed: false, show: decimal },
  hexint: { bits: 32, signed: false, show: paddedHex },
} as const satisfies Record<string, IntegerType>;

/** `param_set_NAME` of an integer type: parses with base 0 and refuses what does not fit. */
export function setInteger(type: IntegerType, target: ParamTarget, value: ParamValue): KernelResult {
  if (value.text === undefined) return EFAULT;
  const parsed = type.signed ? kstrtoll(value.text) : kstrtoull(value.text);
  if ('error' in parsed) return parsed.error;
  if (narrow(type, parsed.value) !== parsed.value) return ERANGE;
  writeInteger(target.kernel.memory, target.argument, type.bits, parsed.value);
  return 0;
}

/** `param_get_NAME` of an integer type. */
export function getInteger(type: IntegerType, target: ParamTarget): string {
  return `${type.show(narrow(type, readInteger(target.kernel.memory, target.argument, type.bits)))}\n`;
}

function narrow(type: IntegerType, value: bigint): bigint {
  return type.signed ? BigInt.asIntN(type.bits, value) : BigInt.asUintN(type.bits, value);
}

function readInteger(memory: AddressSpace, address: Address, bits: IntegerType['bits']): bigint {
  const bytes = memory.view(address, bits / 8, 'read');
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function writeInteger(memory: AddressSpace, address: Address, bits: IntegerType['bits'], value: bigint): void {
  const bytes = memory.view(address, bits / 8, 'write');
  for (let index = 0; index < bytes.length; index++)
    bytes[index] = Number(BigInt.asUintN(8, value >> BigInt(index * 8)));
}
