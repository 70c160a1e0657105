import type { BitReader } from './bit-reader.ts';
import { type HuffmanTable, huffmanTable, MAX_CODE_LENGTH, readSymbol } from './bzip2-huffman.ts';
import { CompressionError } from './compression-error.ts';

const GROUP_SIZE = 50;
const RUN_A = 0;
const RUN_B = 1;

/**
 * One block behind its magic and CRC: Huffman codes, move-to-front, run lengths, Burrows-Wheeler transform. `capacity`:
 * most bytes that a block of this stream has. The run lengths of the first stage are still in. Fails with CompressionError.
 */
export function readBlock(reader: BitReader, capacity: number): Uint8Array {
  if (reader.bit()) damaged();
  const origin = reader.bits(24);
  const used = readUsedBytes(reader);
  const counts = new Uint32Array(256);
  const { bytes, length } = readMoveToFront(reader, used, capacity, counts);
  if (origin >= length) damaged();
  return inverseTransform(bytes.subarray(0, length), counts, origin);
}

/** The values that occur: a map of 16 maps. */
function readUsedBytes(reader: BitReader): number[] {
  const groups = reader.bits(16);
  const used: number[] = [];
  for (let group = 0; group < 16; group++) {
    if (!(groups & (0x8000 >> group))) continue;
    const map = reader.bits(16);
    for (let i = 0; i < 16; i++) if (map & (0x8000 >> i)) used.push(group * 16 + i);
  }
  if (used.length === 0) damaged();
  return used;
}

function readTables(reader: BitReader, symbolCount: number): { tables: HuffmanTable[]; selectors: Uint8Array } {
  const tableCount = reader.bits(3);
  const selectors = new Uint8Array(reader.bits(15));
  if (tableCount < 2 || tableCount > 6 || selectors.length === 0) damaged();
  const order = Array.from({ length: tableCount }, (_, i) => i);
  for (let i = 0; i < selectors.length; i++) {
    let place = 0;
    while (reader.bit()) if (++place >= tableCount) damaged();
    const [table] = order.splice(place, 1);
    order.unshift(table!);
    selectors[i] = table!;
  }
  const tables = order.map(() => huffmanTable(readLengths(reader, symbolCount)));
  return { tables, selectors };
}

/** Code lengths, each told by steps up and down from the one before. */
function readLengths(reader: BitReader, symbolCount: number): number[] {
  let length = reader.bits(5);
  return Array.from({ length: symbolCount }, () => {
    while (reader.bit()) {
      length += reader.bit() ? -1 : 1;
      if (length < 1 || length > MAX_CODE_LENGTH) damaged();
    }
    return length;
  });
}

function readMoveToFront(reader: BitReader, used: readonly number[], capacity: number, counts: Uint32Array) {
  const { tables, selectors } = readTables(reader, used.length + 2);
  const recent = Uint8Array.from(used);
  const endOfBlock = used.length + 1;
  const bytes = new Uint8Array(capacity);
  let length = 0;
  let run = 0;
  let weight = 1;
  const put = (byte: number, count: number): void => {
    if (length + count > capacity) damaged();
    if (count === 1) bytes[length] = byte;
    else bytes.fill(byte, length, length + count);
    counts[byte]! += count;
    length += count;
  };
  for (let i = 0; ; i++) {
    const selector = selectors[Math.floor(i / GROUP_SIZE)] ?? damaged();
    const symbol = readSymbol(reader, tables[selector]!) ?? damaged();
    if (symbol === RUN_A || symbol === RUN_B) {
      run += weight << symbol;
      weight <<= 1;
      if (run > capacity) damaged();
      continue;
    }
    if (run > 0) put(recent[0]!, run);
    run = 0;
    weight = 1;
    if (symbol === endOfBlock) return { bytes, length };
    const byte = recent[symbol - 1]!;
    recent.copyWithin(1, 0, symbol - 1);
    recent[0] = byte;
    put(byte, 1);
  }
}

function inverseTransform(last: Uint8Array, counts: Uint32Array, origin: number): Uint8Array {
  const next = new Uint32Array(256);
  for (let byte = 1; byte < 256; byte++) next[byte] = next[byte - 1]! + counts[byte - 1]!;
  /** Low 8 bits: the byte; above: which comes after it. */
  const links = Uint32Array.from(last);
  for (let i = 0; i < last.length; i++) links[next[last[i]!]!++]! |= i << 8;
  const bytes = new Uint8Array(last.length);
  let link = links[origin]! >>> 8;
  for (let i = 0; i < bytes.length; i++) {
    link = links[link]!;
    bytes[i] = link & 0xff;
    link >>>= 8;
  }
  return bytes;
}

function damaged(): never {
  throw new CompressionError('bzip2: damaged data');
}
