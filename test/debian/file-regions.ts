import { SHT } from '../../src/abi/elf.ts';
import { ElfView } from '../../src/elf/elf-view.ts';

/** A run of bytes of a file. */
export interface Region {
  readonly start: number;
  readonly length: number;
}

const MARKER_SIZE = '~Module signature appended~\n'.length;
/** `sizeof(struct module_signature)`; its last four bytes are the length of the signature, big-endian. */
const TRAILER_SIZE = 12;

/** The regions of a signed module by name: headers, the largest gap between sections, contents, and the signature's parts. */
export function fileRegions(image: Uint8Array): readonly (readonly [name: string, region: Region])[] {
  const marker = image.length - MARKER_SIZE;
  const trailer = marker - TRAILER_SIZE;
  const length = new DataView(image.buffer, image.byteOffset + trailer).getUint32(8);
  const body = trailer - length;
  const { header, sections } = new ElfView(image.subarray(0, body), { bits: 64, littleEndian: true });
  const contents = [...sections.offset.keys()]
    .filter((i) => sections.type[i] !== SHT.NOBITS && sections.size[i]! > 0)
    .map((i) => ({ start: sections.offset[i]!, length: sections.size[i]! }));
  return [
    ['whole file', { start: 0, length: image.length }],
    ['ELF header', { start: 0, length: 64 }],
    ['section headers', { start: header.shoff, length: header.shnum * header.shentsize }],
    ['padding', largestGap(contents)],
    ['PKCS#7', { start: body, length }],
    ['trailer', { start: trailer, length: TRAILER_SIZE }],
    ['marker', { start: marker, length: MARKER_SIZE }],
  ];
}

function largestGap(regions: readonly Region[]): Region {
  let largest = { start: 0, length: 0 };
  let end = 64;
  for (const { start, length } of [...regions].sort((a, b) => a.start - b.start)) {
    if (start - end > largest.length) largest = { start: end, length: start - end };
    end = Math.max(end, start + length);
  }
  return largest;
}
