import { type GuestCall, rowsOf } from '../../kernel-function.ts';

const STATE_WORDS = 16;
const BLOCK = 64;
/** Words of the four columns and the four diagonals: RFC 8439, section 2.3. */
const QUARTERS = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14],
] as const;

const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));

function quarterRound(x: Int32Array, [a, b, c, d]: (typeof QUARTERS)[number]): void {
  for (const [first, second] of [
    [16, 12],
    [8, 7],
  ] as const) {
    x[a] = x[a]! + x[b]!;
    x[d] = rotate(x[d]! ^ x[a]!, first);
    x[c] = x[c]! + x[d]!;
    x[b] = rotate(x[b]! ^ x[c]!, second);
  }
}

function permute(state: Int32Array, rounds: number): Int32Array {
  const words = state.slice();
  for (let round = 0; round < rounds; round += 2) for (const quarter of QUARTERS) quarterRound(words, quarter);
  return words;
}

function readState(call: GuestCall): Int32Array {
  const address = call.pointer(0);
  return Int32Array.from({ length: STATE_WORDS }, (_, index) => call.memory.readU32(address + index * 4));
}

/** `chacha_block_generic(state, stream, nrounds)`: one block of key stream; the counter goes up. */
function chachaBlock(call: GuestCall): void {
  const [address, stream, rounds] = [call.pointer(0), call.pointer(1), call.int(2)];
  const state = readState(call);
  const words = permute(state, rounds);
  const block = new DataView(new ArrayBuffer(BLOCK));
  for (let index = 0; index < STATE_WORDS; index++) block.setInt32(index * 4, words[index]! + state[index]!, true);
  call.memory.view(stream, BLOCK, 'write').set(new Uint8Array(block.buffer));
  call.memory.writeU32(address + 48, (state[12]! + 1) >>> 0);
}

/** `hchacha_block_generic(state, stream, nrounds)`: the first and the last row. */
function hchachaBlock(call: GuestCall): void {
  const [stream, rounds] = [call.pointer(1), call.int(2)];
  const words = permute(readState(call), rounds);
  const kept = [...words.slice(0, 4), ...words.slice(12)];
  for (const [index, word] of kept.entries()) call.memory.writeU32(stream + index * 4, word >>> 0);
}

/** `__crypto_xor(dst, src1, src2, size)`. */
function xor(call: GuestCall): void {
  const [target, left, right, size] = [call.pointer(0), call.pointer(1), call.pointer(2), call.unsigned(3)];
  if (size === 0) return;
  const bytes = call.memory.view(left, size, 'read').slice();
  const other = call.memory.view(right, size, 'read');
  for (let index = 0; index < size; index++) bytes[index]! ^= other[index]!;
  call.memory.view(target, size, 'write').set(bytes);
}

/** Pieces of ciphers that the kernel has built in. */
export const cryptoLibraryFunctions = () => [
  ...rowsOf('lib/crypto/chacha.c', [
    ['void chacha_block_generic(u32 *state, u8 *stream, int nrounds)', chachaBlock],
    ['void hchacha_block_generic(const u32 *state, u32 *stream, int nrounds)', hchachaBlock],
  ]),
  ...rowsOf('lib/crypto/utils.c', [
    ['void __crypto_xor(u8 *dst, const u8 *src1, const u8 *src2, unsigned int len)', xor],
  ]),
];
