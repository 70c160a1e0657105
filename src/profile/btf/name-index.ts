import { BTF_KIND } from '../../abi/btf.ts';
import { binarySearch, compareByteStrings, viewOf } from '../container/bytes.ts';
import type { Btf } from './btf.ts';

/*
 * Section `btfindex`: u32 number of types, the offset of each type in the blob (u32), then the ids (u32) of the named
 * structs, unions and typedefs and of the functions, sorted by name within each group; before them the two group sizes.
 */

/** Which group a name is looked up in. */
export type NameGroup = 'struct' | 'function';

/** Kinds of each group; a name goes to the kind that stands first (`struct list` before `typedef … list`). */
const GROUPS: readonly (readonly [NameGroup, readonly number[]])[] = [
  ['struct', [BTF_KIND.STRUCT, BTF_KIND.UNION, BTF_KIND.TYPEDEF]],
  ['function', [BTF_KIND.FUNC]],
];

/** Finds named types without scanning. */
export interface NameIndex {
  /** The offsets that {@link Btf} takes. */
  readonly offsets: Uint32Array;
  /** Id of a named type, or undefined. */
  find(btf: Btf, group: NameGroup, name: string): number | undefined;
  /** All ids of a group in name order. */
  ids(group: NameGroup): Uint32Array;
}

/** Reads section `btfindex`; an empty or damaged one knows no names. */
export function readNameIndex(bytes: Uint8Array): NameIndex {
  const words = wordsOf(bytes);
  const count = words[0] ?? 0;
  const structs = words[1] ?? 0;
  const starts = { struct: 3 + count, function: 3 + count + structs };
  const ends = { struct: starts.function, function: starts.function + (words[2] ?? 0) };
  const ids = (group: NameGroup) => words.subarray(starts[group], ends[group]);
  return {
    offsets: words.subarray(3, 3 + count),
    ids,
    find(btf, group, name) {
      const rows = ids(group);
      const row = binarySearch(rows.length, (index) => btf.compareName(name, rows[index]!));
      return row < 0 ? undefined : rows[row];
    },
  };
}

/** Section `btfindex` of a BTF. Of several types of one name in a group, the first counts. */
export function encodeNameIndex(btf: Btf): Uint8Array {
  const groups = GROUPS.map(([, kinds]) => sortedIds(btf, kinds));
  const words = [btf.offsets.length, ...groups.map((ids) => ids.length), ...btf.offsets, ...groups.flat()];
  const bytes = new Uint8Array(words.length * 4);
  const view = viewOf(bytes);
  for (const [index, word] of words.entries()) view.setUint32(index * 4, word, true);
  return bytes;
}

function sortedIds(btf: Btf, kinds: readonly number[]): number[] {
  const byName = new Map<string, number>();
  for (const kind of kinds) {
    for (let id = btf.firstType; id < btf.typeCount; id++) {
      if (btf.kind(id) !== kind) continue;
      const name = btf.name(id);
      if (name !== '' && !byName.has(name)) byName.set(name, id);
    }
  }
  return [...byName].sort(([a], [b]) => compareByteStrings(a, b)).map(([, id]) => id);
}

const LITTLE_ENDIAN_HOST = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function wordsOf(bytes: Uint8Array): Uint32Array {
  const count = bytes.length >>> 2;
  if (LITTLE_ENDIAN_HOST && bytes.byteOffset % 4 === 0) return new Uint32Array(bytes.buffer, bytes.byteOffset, count);
  const view = viewOf(bytes);
  return Uint32Array.from({ length: count }, (_, index) => view.getUint32(index * 4, true));
}
