import type { Address } from '../../memory/address.ts';
import type { KernelText } from '../kernel-profile.ts';
import { ProfileError } from '../profile-error.ts';
import type { ByteSource } from './byte-source.ts';
import { viewOf } from './bytes.ts';

/* Section `text`: u32 count, u32 0, rows of i64 address and u32 length, u32 0, then the bytes of the rows in their order. */
const HEADER = 8;
const ROW = 16;
const MAX_RUNS = 1024;
/** Bytes that are fetched at once. */
const PAGE = 0x10000;

/** Code or read-only data from one address on. */
export interface TextRun {
  readonly address: Address;
  readonly bytes: Uint8Array;
}

/** A run in the file: `start` counts from the section's beginning. */
interface Row {
  readonly address: Address;
  readonly start: number;
  readonly size: number;
}

/** Section `text`, of which only what is asked for is fetched; undefined when it is empty. Raises ProfileError, also later. */
export function readText(source: ByteSource): KernelText | undefined {
  return source.size === 0 ? undefined : new FileText(source, readRows(source));
}

function readRows(source: ByteSource): Row[] {
  if (source.size < HEADER) throw damaged();
  const count = viewOf(source.read(0, HEADER)).getUint32(0, true);
  let start = HEADER + count * ROW;
  if (count > MAX_RUNS || start > source.size) throw damaged();
  const view = viewOf(source.read(HEADER, count * ROW));
  return Array.from({ length: count }, (_, index) => {
    const row = {
      address: Number(view.getBigInt64(index * ROW, true)),
      start,
      size: view.getUint32(index * ROW + 8, true),
    };
    start += row.size;
    if (start > source.size) throw damaged();
    return row;
  });
}

class FileText implements KernelText {
  readonly runs: readonly Row[];
  readonly #source: ByteSource;
  /** By the offset of their first byte in the section. */
  readonly #pages = new Map<number, Uint8Array>();

  constructor(source: ByteSource, runs: readonly Row[]) {
    this.#source = source;
    this.runs = runs;
  }

  read(address: Address, size: number): Uint8Array | undefined {
    const run = this.runs.find((each) => address >= each.address && address < each.address + each.size);
    if (!run) return undefined;
    const offset = address - run.address;
    const there = Math.min(size, run.size - offset);
    const inPage = offset % PAGE;
    if (inPage + there > PAGE) return this.#source.read(run.start + offset, there);
    return this.#page(run, offset - inPage).subarray(inPage, inPage + there);
  }

  /** The page of a run that begins at an offset of it. */
  #page({ start, size }: Row, offset: number): Uint8Array {
    let page = this.#pages.get(start + offset);
    if (!page) {
      page = this.#source.read(start + offset, Math.min(PAGE, size - offset));
      this.#pages.set(start + offset, page);
    }
    return page;
  }
}

function damaged(): ProfileError {
  return new ProfileError('kernel profile: damaged text');
}

/** Section `text` of these runs; empty without any. */
export function encodeText(runs: readonly TextRun[]): Uint8Array {
  if (runs.length === 0) return new Uint8Array(0);
  const table = HEADER + runs.length * ROW;
  const bytes = new Uint8Array(runs.reduce((size, run) => size + run.bytes.length, table));
  const view = viewOf(bytes);
  view.setUint32(0, runs.length, true);
  let at = table;
  for (const [row, { address, bytes: content }] of runs.entries()) {
    view.setBigInt64(HEADER + row * ROW, BigInt(address), true);
    view.setUint32(HEADER + row * ROW + 8, content.length, true);
    bytes.set(content, at);
    at += content.length;
  }
  return bytes;
}
