import type { Address } from '../../../memory/address.ts';
import { type GuestCall, type KernelFunction, rowsOf } from '../../kernel-function.ts';
import { sipHash } from '../../vsprintf/siphash.ts';

/** Rounds of SipHash, and of `hsiphash`, which is SipHash-1-3 on a 64-bit machine. */
const SIPHASH: [number, number] = [2, 4];
const HSIPHASH: [number, number] = [1, 3];

function hash(call: GuestCall, bytes: ArrayLike<number>, key: Address, rounds: [number, number]): bigint {
  const value = sipHash(bytes, [call.memory.readU64(key), call.memory.readU64(key + 8)], rounds);
  return rounds === SIPHASH ? value : BigInt.asUintN(32, value);
}

/** A hash of `count` numbers of `bits` that stand in the registers, the key behind them. */
function ofNumbers(count: number, bits: 32 | 64, rounds: [number, number]): KernelFunction {
  return (call) => {
    const bytes: number[] = [];
    for (let index = 0; index < count; index++)
      for (let shift = 0; shift < bits; shift += 8) bytes.push(Number((call.long(index) >> BigInt(shift)) & 0xffn));
    return hash(call, bytes, call.pointer(count), rounds);
  };
}

/** `siphash(data, len, key)` where the data need not be aligned. */
function ofMemory(rounds: [number, number]): KernelFunction {
  return (call) => {
    const [data, size] = [call.pointer(0), call.size(1)];
    return hash(call, size === 0 ? [] : call.memory.view(data, size, 'read'), call.pointer(2), rounds);
  };
}

const KEY = 'const siphash_key_t *key';
const HKEY = 'const hsiphash_key_t *key';
const list = (count: number, type: string): string =>
  Array.from({ length: count }, (_, index) => `const ${type} n${index}`).join(', ');

/** Keyed hashes: lib/siphash.c. */
export const siphashFunctions = () =>
  rowsOf('lib/siphash.c', [
    [`u64 __siphash_unaligned(const void *data, size_t len, ${KEY})`, ofMemory(SIPHASH)],
    [`u32 __hsiphash_unaligned(const void *data, size_t len, ${HKEY})`, ofMemory(HSIPHASH)],
    ...[1, 2, 3, 4].map(
      (count) => [`u64 siphash_${count}u64(${list(count, 'u64')}, ${KEY})`, ofNumbers(count, 64, SIPHASH)] as const,
    ),
    ...[1, 3].map(
      (count) => [`u64 siphash_${count}u32(${list(count, 'u32')}, ${KEY})`, ofNumbers(count, 32, SIPHASH)] as const,
    ),
    ...[1, 2, 3, 4].map(
      (count) => [`u32 hsiphash_${count}u32(${list(count, 'u32')}, ${HKEY})`, ofNumbers(count, 32, HSIPHASH)] as const,
    ),
  ]);
