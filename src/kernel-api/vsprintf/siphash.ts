const MASK = 0xffffffffffffffffn;

function rotate(value: bigint, count: bigint): bigint {
  return ((value << count) | (value >> (64n - count))) & MASK;
}

function round(v: [bigint, bigint, bigint, bigint]): void {
  v[0] = (v[0] + v[1]) & MASK;
  v[1] = rotate(v[1], 13n) ^ v[0];
  v[0] = rotate(v[0], 32n);
  v[2] = (v[2] + v[3]) & MASK;
  v[3] = rotate(v[3], 16n) ^ v[2];
  v[0] = (v[0] + v[3]) & MASK;
  v[3] = rotate(v[3], 21n) ^ v[0];
  v[2] = (v[2] + v[1]) & MASK;
  v[1] = rotate(v[1], 17n) ^ v[2];
  v[2] = rotate(v[2], 32n);
}

/** SipHash-C-D of bytes: C rounds a word of eight, D rounds at the end (lib/siphash.c). */
export function sipHash(bytes: ArrayLike<number>, key: readonly [bigint, bigint], [inner, last] = [2, 4]): bigint {
  const v: [bigint, bigint, bigint, bigint] = [
    0x736f6d6570736575n ^ key[0],
    0x646f72616e646f6dn ^ key[1],
    0x6c7967656e657261n ^ key[0],
    0x7465646279746573n ^ key[1],
  ];
  for (let at = 0; at <= bytes.length; at += 8) {
    let block = at + 8 > bytes.length ? BigInt(bytes.length & 0xff) << 56n : 0n;
    for (let byte = at; byte < Math.min(at + 8, bytes.length); byte++)
      block |= BigInt(bytes[byte]!) << BigInt(8 * (byte - at));
    v[3] ^= block;
    for (let count = 0; count < inner!; count++) round(v);
    v[0] ^= block;
  }
  v[2] ^= 0xffn;
  for (let count = 0; count < last!; count++) round(v);
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/** SipHash-2-4 of one little-endian 64-bit word: `siphash_1u64`. */
export function siphash1u64(word: bigint, key: readonly [bigint, bigint]): bigint {
  return sipHash(
    Array.from({ length: 8 }, (_, index) => Number((word >> BigInt(8 * index)) & 0xffn)),
    key,
  );
}
