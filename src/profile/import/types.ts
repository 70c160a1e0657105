import { BTF_MAGIC } from '../../abi/btf.ts';
import { Btf, btfSize } from '../btf/btf.ts';
import { memorySource } from '../container/byte-source.ts';
import { viewOf } from '../container/bytes.ts';
import type { KernelImage } from './kernel-image.ts';
import { occurrences } from './search.ts';

/** Type information and the bytes it stands in. */
export interface Types {
  readonly blob: Uint8Array;
  readonly btf: Btf;
}

/** The kernel's BTF: its section, else what looks like one; undefined when there is none. Raises ProfileError. */
export function readTypes(image: KernelImage): Types | undefined {
  const blob = image.section('.BTF')?.bytes ?? findBlob(image);
  return blob && { blob, btf: new Btf(memorySource(blob)) };
}

const HEADER_SIZE = 24;

/** The head of a `struct btf_header` as pahole(1) writes it: magic, version 1, no flags, header size, types first. */
function blobStart(littleEndian: boolean): Uint8Array {
  const start = new Uint8Array(12);
  const view = viewOf(start);
  view.setUint16(0, BTF_MAGIC, littleEndian);
  view.setUint8(2, 1);
  view.setUint32(4, HEADER_SIZE, littleEndian);
  return start;
}

function findBlob(image: KernelImage): Uint8Array | undefined {
  for (const { region, offset } of occurrences(image, blobStart(image.form.littleEndian))) {
    const rest = region.bytes.subarray(offset);
    const size = btfSize(rest);
    if (size !== undefined) return rest.subarray(0, size);
  }
  return undefined;
}
