import type { ByteView } from './byte-view.ts';
import { structsOf } from './elf-form.ts';

/**
 * All section headers of a file, one column a field. Words are doubles; of `flags` the low 32 bits are kept,
 * which is all that the module loader looks at. A layout counts in 32 bits: `sizeLow` and `alignmentLow` are exact there.
 * The loader rewrites `flags`, `address` and `entrySize` in place, as the kernel does in its copy.
 */
export interface SectionTable {
  readonly count: number;
  readonly name: Uint32Array;
  readonly type: Uint32Array;
  readonly flags: Uint32Array;
  readonly address: Float64Array;
  readonly offset: Float64Array;
  readonly size: Float64Array;
  readonly sizeLow: Uint32Array;
  readonly link: Uint32Array;
  readonly info: Uint32Array;
  readonly alignment: Float64Array;
  readonly alignmentLow: Uint32Array;
  readonly entrySize: Float64Array;
}

function emptyTable(count: number): SectionTable {
  return {
    count,
    name: new Uint32Array(count),
    type: new Uint32Array(count),
    flags: new Uint32Array(count),
    address: new Float64Array(count),
    offset: new Float64Array(count),
    size: new Float64Array(count),
    sizeLow: new Uint32Array(count),
    link: new Uint32Array(count),
    info: new Uint32Array(count),
    alignment: new Float64Array(count),
    alignmentLow: new Uint32Array(count),
    entrySize: new Float64Array(count),
  };
}

/** Decodes `count` section headers from `start` on. What lies outside the file reads as zero. */
export function readSectionTable(view: ByteView, start: number, count: number): SectionTable {
  const fields = structsOf(view.form).section;
  const table = emptyTable(count);
  for (let i = 0; i < count; i++) {
    const at = start + i * fields.size;
    table.name[i] = view.u32(at + fields.name);
    table.type[i] = view.u32(at + fields.type);
    table.flags[i] = view.wordLow(at + fields.flags);
    table.address[i] = view.word(at + fields.address);
    table.offset[i] = view.word(at + fields.offset);
    table.size[i] = view.word(at + fields.length);
    table.sizeLow[i] = view.wordLow(at + fields.length);
    table.link[i] = view.u32(at + fields.link);
    table.info[i] = view.u32(at + fields.info);
    table.alignment[i] = view.word(at + fields.alignment);
    table.alignmentLow[i] = view.wordLow(at + fields.alignment);
    table.entrySize[i] = view.word(at + fields.entrySize);
  }
  return table;
}
