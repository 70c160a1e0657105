import { BTF_KIND, BTF_MAGIC } from '../../abi/btf.ts';
import { bytesOf, viewOf } from '../container/bytes.ts';
import type { Btf } from './btf.ts';
import { type KindShape, referencedTypes, SHAPES } from './references.ts';

const NAMED_ROOTS: ReadonlySet<number> = new Set([BTF_KIND.STRUCT, BTF_KIND.UNION, BTF_KIND.TYPEDEF]);
const ENUMS: ReadonlySet<number> = new Set([BTF_KIND.ENUM, BTF_KIND.ENUM64]);
const HEADER_SIZE = 24;

/**
 * A BTF with only the named structs, unions and typedefs, the functions for which `keeps` answers true, and what these
 * refer to; enums lose their enumerators. Requires a BTF without base. Raises ProfileError.
 */
export function pruneBtf(btf: Btf, keeps: (functionName: string) => boolean): Uint8Array {
  const ids = reachable(btf, roots(btf, keeps));
  const strings = new StringPool();
  const newIds = new Map(ids.map((id, index) => [id, index + 1]));
  const words = ids.flatMap((id) => typeWords(btf, id, strings, (type) => newIds.get(type) ?? 0));
  return assemble(words, strings.bytes());
}

function* roots(btf: Btf, keeps: (functionName: string) => boolean): Iterable<number> {
  for (let id = btf.firstType; id < btf.typeCount; id++) {
    const kind = btf.kind(id);
    if (NAMED_ROOTS.has(kind) ? btf.name(id) !== '' : kind === BTF_KIND.FUNC && keeps(btf.name(id))) yield id;
  }
}

function reachable(btf: Btf, from: Iterable<number>): number[] {
  const seen = new Set(from);
  const open = [...seen];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const next of referencedTypes(btf, id)) {
      if (next === 0 || seen.has(next)) continue;
      seen.add(next);
      open.push(next);
    }
  }
  return [...seen].sort((a, b) => a - b);
}

function typeWords(btf: Btf, id: number, strings: StringPool, newId: (id: number) => number): number[] {
  const kind = btf.kind(id);
  const shape = SHAPES[kind]!;
  const rows = ENUMS.has(kind) ? 0 : btf.rows(id);
  const info = ((btf.flag(id) ? 0x80000000 : 0) + kind * 0x1000000 + rows) >>> 0;
  const third = btf.sizeOrType(id);
  const words = [strings.offset(btf.name(id)), info, shape.refers ? newId(third) : third];
  for (let index = 0; index < shape.fixed; index++) {
    const word = btf.word(id, index);
    words.push(shape.fixedTypes.includes(index) ? newId(word) : word);
  }
  for (let row = 0; row < rows; row++) words.push(...rowWords(btf, id, shape, row, strings, newId));
  return words;
}

function rowWords(
  btf: Btf,
  id: number,
  shape: KindShape,
  row: number,
  strings: StringPool,
  newId: (id: number) => number,
): number[] {
  return Array.from({ length: shape.row }, (_, index) => {
    const word = btf.word(id, shape.fixed + row * shape.row + index);
    if (index === shape.rowName) return strings.offset(btf.string(word));
    return index === shape.rowType ? newId(word) : word;
  });
}

/** A string section in which each string stands once. */
class StringPool {
  readonly #offsets = new Map<string, number>([['', 0]]);
  #size = 1;

  offset(text: string): number {
    let offset = this.#offsets.get(text);
    if (offset === undefined) {
      offset = this.#size;
      this.#offsets.set(text, offset);
      this.#size += text.length + 1;
    }
    return offset;
  }

  bytes(): Uint8Array {
    return bytesOf([...this.#offsets.keys()].map((text) => `${text}\0`).join(''));
  }
}

function assemble(words: readonly number[], strings: Uint8Array): Uint8Array {
  const typesSize = words.length * 4;
  const blob = new Uint8Array(HEADER_SIZE + typesSize + strings.length);
  const view = viewOf(blob);
  view.setUint16(0, BTF_MAGIC, true);
  view.setUint8(2, 1);
  for (const [index, word] of [HEADER_SIZE, 0, typesSize, typesSize, strings.length].entries()) {
    view.setUint32(4 + index * 4, word, true);
  }
  for (const [index, word] of words.entries()) view.setUint32(HEADER_SIZE + index * 4, word, true);
  blob.set(strings, HEADER_SIZE + typesSize);
  return blob;
}
