import { BTF_INT_SIGNED, BTF_KIND } from '../../abi/btf.ts';
import type { FunctionPrototype, PointedType, ValueType } from '../kernel-profile.ts';
import type { Btf } from './btf.ts';
import { cType } from './c-type.ts';
import { isConstant, sizeOf, skipModifiers } from './walk.ts';

/** The prototype of a FUNC or FUNC_PROTO. Raises ProfileError. */
export function functionPrototype(btf: Btf, id: number, pointerSize: number): FunctionPrototype {
  const proto = btf.kind(id) === BTF_KIND.FUNC ? btf.sizeOrType(id) : id;
  const parameters = [...btf.parameters(proto)];
  const variadic = parameters.at(-1)?.type === 0;
  return {
    returns: valueType(btf, btf.sizeOrType(proto), pointerSize),
    parameters: (variadic ? parameters.slice(0, -1) : parameters).map(({ name, type }) => ({
      name,
      type: valueType(btf, type, pointerSize),
    })),
    variadic,
  };
}

const SCALAR_KINDS: Readonly<Record<number, ValueType['kind'] & PointedType['kind']>> = {
  [BTF_KIND.VOID]: 'void',
  [BTF_KIND.INT]: 'integer',
  [BTF_KIND.ENUM]: 'integer',
  [BTF_KIND.ENUM64]: 'integer',
  [BTF_KIND.PTR]: 'pointer',
  [BTF_KIND.FLOAT]: 'float',
};

function valueType(btf: Btf, id: number, pointerSize: number): ValueType {
  const type = skipModifiers(btf, id);
  const kind = SCALAR_KINDS[btf.kind(type)] ?? 'aggregate';
  return {
    kind,
    size: sizeOf(btf, type, pointerSize),
    signed: isSigned(btf, type),
    target: kind === 'pointer' ? pointedType(btf, btf.sizeOrType(type), pointerSize) : undefined,
    text: cType(btf, id),
  };
}

function isSigned(btf: Btf, type: number): boolean {
  const kind = btf.kind(type);
  if (kind === BTF_KIND.INT) return ((btf.word(type, 0) >>> 24) & BTF_INT_SIGNED) !== 0;
  return (kind === BTF_KIND.ENUM || kind === BTF_KIND.ENUM64) && btf.flag(type);
}

const POINTED_KINDS: Readonly<Record<number, PointedType['kind']>> = {
  ...SCALAR_KINDS,
  [BTF_KIND.STRUCT]: 'struct',
  [BTF_KIND.UNION]: 'struct',
  [BTF_KIND.FWD]: 'struct',
  [BTF_KIND.ARRAY]: 'array',
  [BTF_KIND.FUNC_PROTO]: 'function',
};

function pointedType(btf: Btf, id: number, pointerSize: number): PointedType {
  const type = skipModifiers(btf, id);
  const kind = POINTED_KINDS[btf.kind(type)] ?? 'void';
  return {
    kind,
    structName: kind === 'struct' ? btf.name(type) : '',
    size: sizeOf(btf, type, pointerSize),
    constant: isConstant(btf, id),
  };
}
