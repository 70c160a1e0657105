import { BTF_KIND } from '../../src/abi/btf.ts';

/** A type to build: its kind, name, third word and the words behind it, names of rows as texts. */
export interface BuiltType {
  readonly kind: keyof typeof BTF_KIND;
  readonly name?: string;
  /** Size, or the id of a type. */
  readonly third?: number;
  /** `kind_flag`. */
  readonly flag?: boolean;
  /** Words behind `struct btf_type`; a text becomes its offset in the strings. */
  readonly words?: readonly (number | string)[];
  /** `vlen`. */
  readonly rows?: number;
}

/** A BTF blob of these types, the first one having id 1, or `firstId` and strings from `firstString` on. */
export function buildBtf(types: readonly BuiltType[], firstString = 0): Uint8Array {
  let strings = firstString === 0 ? '\0' : '';
  const offsetOf = (text: string): number => {
    if (text === '') return 0;
    const at = strings.indexOf(`${text}\0`);
    if (at >= 0) return firstString + at;
    strings += `${text}\0`;
    return firstString + strings.length - text.length - 1;
  };
  const words = types.flatMap(({ kind, name = '', third = 0, flag = false, words: tail = [], rows = 0 }) => [
    offsetOf(name),
    ((flag ? 0x80000000 : 0) + BTF_KIND[kind] * 0x1000000 + rows) >>> 0,
    third,
    ...tail.map((word) => (typeof word === 'string' ? offsetOf(word) : word)),
  ]);
  const blob = new Uint8Array(24 + words.length * 4 + strings.length);
  const view = new DataView(blob.buffer);
  view.setUint16(0, 0xeb9f, true);
  view.setUint8(2, 1);
  for (const [i, word] of [24, 0, words.length * 4, words.length * 4, strings.length, ...words].entries()) {
    view.setUint32(4 + i * 4, word, true);
  }
  blob.set(Buffer.from(strings, 'latin1'), 24 + words.length * 4);
  return blob;
}

/**
 * struct point { int x; union { char *name; const int id:3; }; struct list_head list; }, struct list_head,
 * and `void *lookup(const struct point *where, unsigned long count, ...)`.
 */
export const POINT: readonly BuiltType[] = [
  { kind: 'INT', name: 'int', third: 4, words: [0x01000020] },
  { kind: 'INT', name: 'char', third: 1, words: [0x01000008] },
  { kind: 'PTR', third: 2 },
  { kind: 'CONST', third: 1 },
  { kind: 'UNION', third: 8, flag: true, rows: 2, words: ['name', 3, 0, 'id', 4, 0x03000000] },
  { kind: 'STRUCT', name: 'list_head', third: 16, rows: 2, words: ['next', 7, 0, 'prev', 7, 64] },
  { kind: 'PTR', third: 6 },
  { kind: 'STRUCT', name: 'point', third: 32, rows: 3, words: ['x', 1, 0, '', 5, 64, 'list', 6, 128] },
  { kind: 'CONST', third: 8 },
  { kind: 'PTR', third: 9 },
  { kind: 'INT', name: 'long unsigned int', third: 8, words: [64] },
  { kind: 'TYPEDEF', name: 'size_t', third: 11 },
  { kind: 'PTR', third: 0 },
  { kind: 'FUNC_PROTO', third: 13, rows: 3, words: ['where', 10, 'count', 12, '', 0] },
  { kind: 'FUNC', name: 'lookup', third: 14 },
  { kind: 'FUNC', name: 'hidden', third: 14 },
  { kind: 'ENUM', name: 'colour', third: 4, rows: 1, words: ['RED', 0] },
  { kind: 'TYPEDEF', name: 'colour_t', third: 17 },
];
