import { type GuestCall, rowsOf } from '../../kernel-function.ts';

function gcd(left: bigint, right: bigint): bigint {
  let [a, b] = [left, right];
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

function lcm(left: bigint, right: bigint): bigint {
  return left === 0n || right === 0n ? 0n : BigInt.asUintN(64, (left / gcd(left, right)) * right);
}

const numbers = (call: GuestCall): [bigint, bigint] => [call.long(0), call.long(1)];

/** `rational_best_approximation(given_n, given_d, max_n, max_d, best_n, best_d)`: the closest fraction with terms so small. */
function bestFraction(call: GuestCall): void {
  let [numerator, denominator] = numbers(call);
  const [most, mostBelow] = [call.long(2), call.long(3)];
  let [n0, d0, n1, d1] = [0n, 1n, 1n, 0n];
  while (denominator !== 0n) {
    const before = denominator;
    const term = numerator / denominator;
    [numerator, denominator] = [before, numerator % before];
    const [n2, d2] = [n0 + term * n1, d0 + term * d1];
    if (n2 > most || d2 > mostBelow) {
      [n1, d1] = semiconvergent([n0, d0, n1, d1], term, [most, mostBelow], [before, denominator]);
      break;
    }
    [n0, d0, n1, d1] = [n1, d1, n2, d2];
  }
  call.memory.writeU64(call.pointer(4), n1);
  call.memory.writeU64(call.pointer(5), d1);
}

type Terms = readonly [n0: bigint, d0: bigint, n1: bigint, d1: bigint];
type Pair = readonly [bigint, bigint];

/** The fraction between the last two that is still small enough, when it is closer than the last one. */
function semiconvergent([n0, d0, n1, d1]: Terms, term: bigint, [most, mostBelow]: Pair, [d, next]: Pair): Pair {
  let count = ~0n & 0xffffffffffffffffn;
  if (d1 !== 0n) count = (mostBelow - d0) / d1;
  if (n1 !== 0n && (most - n0) / n1 < count) count = (most - n0) / n1;
  const isCloser = d1 === 0n || 2n * count > term || (2n * count === term && d0 * d > d1 * next);
  return isCloser ? [n0 + count * n1, d0 + count * d1] : [n1, d1];
}

/** Whole numbers: lib/math. */
export const arithmeticFunctions = () => [
  ...rowsOf('lib/math/gcd.c', [
    ['unsigned long gcd(unsigned long a, unsigned long b)', (call) => gcd(...numbers(call))],
  ]),
  ...rowsOf('lib/math/lcm.c', [
    ['unsigned long lcm(unsigned long a, unsigned long b)', (call) => lcm(...numbers(call))],
    [
      'unsigned long lcm_not_zero(unsigned long a, unsigned long b)',
      (call) => lcm(...numbers(call)) || call.long(1) || call.long(0),
    ],
  ]),
  ...rowsOf('lib/math/int_pow.c', [
    ['u64 int_pow(u64 base, unsigned int exp)', (call) => BigInt.asUintN(64, call.long(0) ** BigInt(call.unsigned(1)))],
  ]),
  ...rowsOf('lib/math/rational.c', [
    [
      'void rational_best_approximation(unsigned long given_numerator, unsigned long given_denominator, unsigned long max_numerator, unsigned long max_denominator, unsigned long *best_numerator, unsigned long *best_denominator)',
      bestFraction,
    ],
  ]),
];
