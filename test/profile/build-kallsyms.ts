/** How a kernel's kallsyms are laid out. */
export interface KallsymsShape {
  readonly pointerSize: 4 | 8;
  /** Offsets and base stand before the names (until Linux 6.3) or behind the tokens. */
  readonly offsetsFirst: boolean;
  /** `kallsyms_seqs_of_names` between markers and tokens (Linux 6.2). */
  readonly sequences: boolean;
  /** `CONFIG_KALLSYMS_ABSOLUTE_PERCPU`. */
  readonly percpuAbsolute: boolean;
}

/** A symbol as nm(1) has it. */
export interface BuiltSymbol {
  readonly type: string;
  readonly name: string;
  readonly address: number;
}

/** The tables that scripts/kallsyms.c writes, with every character its own token but for `sys`. */
export function buildKallsyms(shape: KallsymsShape, base: number, symbols: readonly BuiltSymbol[]): Uint8Array {
  const { pointerSize } = shape;
  const align = (bytes: Uint8Array) =>
    Buffer.concat([bytes, new Uint8Array((pointerSize - (bytes.length % pointerSize)) % pointerSize)]);
  const u32 = (values: readonly number[]) => Buffer.from(Uint32Array.from(values, (value) => value >>> 0).buffer);
  const pointer = (value: number) => {
    const bytes = Buffer.alloc(pointerSize);
    if (pointerSize === 8) bytes.writeBigInt64LE(BigInt(value));
    else bytes.writeUInt32LE(value >>> 0);
    return bytes;
  };
  const offsets = symbols.map(({ address }) => offsetOf(shape, base, address));
  const places = [align(u32(offsets)), pointer(base)];
  const { names, markers } = encodeNames(symbols);
  const { table, index } = encodeTokens();
  return Buffer.concat([
    ...(shape.offsetsFirst ? places : []),
    align(u32([symbols.length])),
    align(names),
    align(u32(markers)),
    ...(shape.sequences ? [align(Buffer.alloc(symbols.length * 3, 0xee))] : []),
    align(table),
    align(index),
    ...(shape.offsetsFirst ? [] : places),
  ]);
}

function offsetOf({ percpuAbsolute }: KallsymsShape, base: number, address: number): number {
  if (!percpuAbsolute) return address - base;
  return address >= 0 && address < 0x10000 ? address : base - 1 - address;
}

const SHORT_TOKEN = 0x01;
const SHORT = 'sys';

function encodeNames(symbols: readonly BuiltSymbol[]): { names: Uint8Array; markers: number[] } {
  const bytes: number[] = [];
  const markers: number[] = [];
  for (const [i, { type, name }] of symbols.entries()) {
    if (i % 256 === 0) markers.push(bytes.length);
    const packed = [...`${type}${name}`.replaceAll(SHORT, String.fromCharCode(SHORT_TOKEN))].map((c) =>
      c.charCodeAt(0),
    );
    bytes.push(
      ...(packed.length < 128 ? [packed.length] : [(packed.length & 0x7f) | 0x80, packed.length >> 7]),
      ...packed,
    );
  }
  return { names: Uint8Array.from(bytes), markers };
}

function encodeTokens(): { table: Uint8Array; index: Uint8Array } {
  const tokens = Array.from({ length: 256 }, (_, code) => {
    if (code === SHORT_TOKEN) return SHORT;
    return code > 32 && code < 127 ? String.fromCharCode(code) : 'zz';
  });
  let end = 0;
  const starts = tokens.map((token) => {
    end += token.length + 1;
    return end - token.length - 1;
  });
  return {
    table: Buffer.from(tokens.map((token) => `${token}\0`).join(''), 'latin1'),
    index: Buffer.from(Uint16Array.from(starts).buffer),
  };
}
