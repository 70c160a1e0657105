import type { BitReader } from './bit-reader.ts';

/** Longest code, in bits, that a decoder accepts. */
export const MAX_CODE_LENGTH = 20;

/** A canonical Huffman code, as bzip2 numbers it: shorter codes first, then by symbol. */
export interface HuffmanTable {
  /** Length of the shortest code in bits. */
  readonly shortest: number;
  /** By code length: first code of that length less the index of its symbol; and the first code beyond it. */
  readonly base: Int32Array;
  readonly limit: Int32Array;
  readonly symbols: Uint16Array;
}

/** The table of these code lengths, one for each symbol. */
export function huffmanTable(lengths: readonly number[]): HuffmanTable {
  const symbols: number[] = [];
  const base = new Int32Array(MAX_CODE_LENGTH + 1);
  const limit = new Int32Array(MAX_CODE_LENGTH + 1);
  let code = 0;
  for (let length = 1; length <= MAX_CODE_LENGTH; length++) {
    base[length] = code - symbols.length;
    for (const [symbol, each] of lengths.entries()) if (each === length) symbols.push(symbol);
    code = base[length]! + symbols.length;
    limit[length] = code;
    code <<= 1;
  }
  return { shortest: Math.min(...lengths), base, limit, symbols: Uint16Array.from(symbols) };
}

/** The next symbol; undefined when the bits are no code. */
export function readSymbol(reader: BitReader, table: HuffmanTable): number | undefined {
  const ahead = reader.peek(MAX_CODE_LENGTH);
  for (let length = table.shortest; length <= MAX_CODE_LENGTH; length++) {
    const code = ahead >>> (MAX_CODE_LENGTH - length);
    if (code < table.limit[length]!) {
      reader.skip(length);
      return table.symbols[code - table.base[length]!];
    }
  }
  return undefined;
}
