/**
 * A guest virtual address as a number.
 *
 * 64-bit canonical addresses are kept *signed*: 0xffffffffc0201000 is -0x3fdff000. Every canonical address (48 bits,
 * sign-extended) is then exact in a double, adds and compares as usual, and needs no BigInt. A 32-bit machine's
 * addresses are plain unsigned numbers.
 */
export type Address = number;

/** Bytes of a page, on every machine that there is a model of. */
export const PAGE_SIZE = 4096;

/** Reads an unsigned 64-bit value as a signed canonical address. */
export function addressFromBits(bits: bigint): Address {
  return Number(BigInt.asIntN(64, bits));
}

/** The unsigned 64-bit pattern of an address. */
export function addressBits(address: Address): bigint {
  return BigInt.asUintN(64, BigInt(address));
}

/** `%016lx`: sixteen lower-case hexadecimal digits without a prefix. */
export function formatAddress(address: Address): string {
  const high = Math.floor(address / 2 ** 32) >>> 0;
  return high.toString(16).padStart(8, '0') + (address >>> 0).toString(16).padStart(8, '0');
}
