import { BTF_KIND } from '../../abi/btf.ts';

/** Where a kind's words are type ids and where they are names. Words count from behind `struct btf_type`. */
export interface KindShape {
  /** The third word of `struct btf_type` is a type. */
  readonly refers: boolean;
  /** Fixed words behind it, and which of them are types. */
  readonly fixed: number;
  readonly fixedTypes: readonly number[];
  /** Words of a row, and which are names and types. */
  readonly row: number;
  readonly rowName: number | undefined;
  readonly rowType: number | undefined;
}

const plain: KindShape = { refers: false, fixed: 0, fixedTypes: [], row: 0, rowName: undefined, rowType: undefined };
const reference: KindShape = { ...plain, refers: true };
const record: KindShape = { ...plain, row: 3, rowName: 0, rowType: 1 };

/** Source: include/uapi/linux/btf.h. */
export const SHAPES: Readonly<Record<number, KindShape>> = {
  [BTF_KIND.INT]: { ...plain, fixed: 1 },
  [BTF_KIND.PTR]: reference,
  [BTF_KIND.ARRAY]: { ...plain, fixed: 3, fixedTypes: [0, 1] },
  [BTF_KIND.STRUCT]: record,
  [BTF_KIND.UNION]: record,
  [BTF_KIND.ENUM]: { ...plain, row: 2, rowName: 0 },
  [BTF_KIND.FWD]: plain,
  [BTF_KIND.TYPEDEF]: reference,
  [BTF_KIND.VOLATILE]: reference,
  [BTF_KIND.CONST]: reference,
  [BTF_KIND.RESTRICT]: reference,
  [BTF_KIND.FUNC]: reference,
  [BTF_KIND.FUNC_PROTO]: { ...reference, row: 2, rowName: 0, rowType: 1 },
  [BTF_KIND.VAR]: { ...reference, fixed: 1 },
  [BTF_KIND.DATASEC]: { ...plain, row: 3, rowType: 0 },
  [BTF_KIND.FLOAT]: plain,
  [BTF_KIND.DECL_TAG]: { ...reference, fixed: 1 },
  [BTF_KIND.TYPE_TAG]: reference,
  [BTF_KIND.ENUM64]: { ...plain, row: 3, rowName: 0 },
};

/** The types that type `id` refers to directly. */
export function* referencedTypes(words: WordReader, id: number): Iterable<number> {
  const shape = SHAPES[words.kind(id)];
  if (!shape) return;
  if (shape.refers) yield words.sizeOrType(id);
  for (const index of shape.fixedTypes) yield words.word(id, index);
  if (shape.rowType === undefined) return;
  for (let row = 0, count = words.rows(id); row < count; row++) {
    yield words.word(id, shape.fixed + row * shape.row + shape.rowType);
  }
}

/** What {@link referencedTypes} needs of a BTF. */
export interface WordReader {
  kind(id: number): number;
  sizeOrType(id: number): number;
  word(id: number, index: number): number;
  rows(id: number): number;
}
