const UNITS = {
  0: { divisor: 1000n, names: ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'] },
  1: { divisor: 1024n, names: ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB'] },
} as const;
const U32_MAX = 0xffff_ffffn;

/**
 * `string_get_size`, lib/string_helpers.c: three significant digits. Both factors are cut to 32 bits before they are
 * multiplied; `units`: 0 for powers of 1000, 1 of 1024.
 */
export function sizeText(size: bigint, blockSize: bigint, units: 0 | 1): string {
  const { divisor, names } = UNITS[units];
  if (size === 0n || blockSize === 0n) return `0 ${names[0]}`;
  const [blocks, blockPower] = cut(blockSize, divisor);
  const [count, power] = cut(size, divisor);
  let whole = BigInt.asUintN(64, count * blocks);
  let unit = blockPower + power;
  let remainder = 0n;
  for (; whole >= divisor; unit++) {
    remainder = whole % divisor;
    whole /= divisor;
  }
  return `${rounded(whole, (remainder * 1000n) / divisor)} ${names[unit] ?? 'UNK'}`;
}

/** A number of 32 bits, and by which power of the divisor it is smaller. */
function cut(value: bigint, divisor: bigint): [value: bigint, power: number] {
  let [rest, power] = [value, 0];
  for (; rest > U32_MAX; power++) rest /= divisor;
  return [rest, power];
}

/** A number and its thousandths with three digits in all, the last one rounded. */
function rounded(whole: bigint, thousandths: bigint): string {
  const digits = whole >= 100n ? 0 : whole >= 10n ? 1 : 2;
  const half = [500n, 50n, 5n][digits]!;
  const sum = whole * 1000n + thousandths + half;
  const fraction = (sum % 1000n).toString().padStart(3, '0').slice(0, digits);
  return `${sum / 1000n}${digits === 0 ? '' : `.${fraction}`}`;
}
