/** BTF type kinds. Source: include/uapi/linux/btf.h. */
export const BTF_KIND = {
  VOID: 0,
  INT: 1,
  PTR: 2,
  ARRAY: 3,
  STRUCT: 4,
  UNION: 5,
  ENUM: 6,
  FWD: 7,
  TYPEDEF: 8,
  VOLATILE: 9,
  CONST: 10,
  RESTRICT: 11,
  FUNC: 12,
  FUNC_PROTO: 13,
  VAR: 14,
  DATASEC: 15,
  FLOAT: 16,
  DECL_TAG: 17,
  TYPE_TAG: 18,
  ENUM64: 19,
} as const;

/** `BTF_MAGIC`. Source: include/uapi/linux/btf.h. */
export const BTF_MAGIC = 0xeb9f;

/** `struct btf_type`: name_off, info, size or type. */
export const BTF_TYPE_SIZE = 12;

/**
 * What follows `struct btf_type`, by kind: a fixed number of bytes and a number of bytes for each of its `vlen` rows.
 * Source: include/uapi/linux/btf.h.
 */
export const BTF_TRAILER: readonly (readonly [fixed: number, perRow: number])[] = [
  [0, 0],
  [4, 0],
  [0, 0],
  [12, 0],
  [0, 12],
  [0, 12],
  [0, 8],
  [0, 0],
  [0, 0],
  [0, 0],
  [0, 0],
  [0, 0],
  [0, 0],
  [0, 8],
  [4, 0],
  [0, 12],
  [0, 0],
  [4, 0],
  [0, 0],
  [0, 12],
];

/** `BTF_INT_SIGNED` in the encoding byte of an INT. */
export const BTF_INT_SIGNED = 1;
