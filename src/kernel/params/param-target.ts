import { PARAM_STRUCTS } from '../../abi/module-param.ts';
import type { Address } from '../../memory/address.ts';
import type { Kernel } from '../kernel.ts';
import type { Module } from '../module.ts';

/** The parameter that a set or get function works on (kernel: `struct kernel_param`, as far as they read it). */
export interface ParamTarget {
  readonly kernel: Kernel;
  readonly module: Module;
  readonly name: string;
  /** Address of the `struct kernel_param`. */
  readonly address: Address;
  /** `kp->arg`. */
  readonly argument: Address;
}

/** A value on its way to a set function. `param_array` writes NULs into it: what is left is what messages show. */
export interface ParamValue {
  text: string | undefined;
}

type StructName = keyof typeof PARAM_STRUCTS;

/** The address of a field of one of the parameter structures. */
export function paramField<S extends StructName>(
  kernel: Kernel,
  struct: S,
  address: Address,
  field: keyof (typeof PARAM_STRUCTS)[S] & string,
): Address {
  const known = kernel.profile.layout(struct)?.offsetOf(field);
  const usual = (PARAM_STRUCTS[struct] as Readonly<Record<string, number>>)[field]!;
  return address + (known ?? usual);
}
