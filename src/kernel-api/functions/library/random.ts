import { subsystem } from '../../../kernel/subsystem.ts';
import type { Address } from '../../../memory/address.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';

/** The state of `get_random_*`: a fixed seed, so that the same commands give the same numbers. */
const randomState = subsystem('random', () => ({ seed: 0x2545f491 }));

/** xorshift32. */
function random32(call: GuestCall): number {
  const state = randomState(call.kernel);
  let x = state.seed;
  x ^= x << 13;
  x ^= x >>> 17;
  x ^= x << 5;
  state.seed = x >>> 0;
  return state.seed;
}

/** `get_random_bytes`. */
export function randomBytesAt(call: GuestCall, buffer: Address, size: number): void {
  if (size === 0) return;
  const bytes = call.memory.view(buffer, size, 'write');
  for (let index = 0; index < size; index++) bytes[index] = random32(call) & 0xff;
}

/** The four Tausworthe generators of a `struct rnd_state`: two shifts, the bits that are kept, and how far they move. */
const TAUSWORTHE = [
  [6, 13, 0xfffffffe, 18],
  [2, 27, 0xfffffff8, 2],
  [13, 21, 0xfffffff0, 7],
  [3, 12, 0xffffff80, 13],
] as const;

/** `prandom_u32_state`: the next number of a state at this address. */
function nextOfState({ memory }: GuestCall, state: Address): number {
  let number = 0;
  for (const [index, [left, right, kept, move]] of TAUSWORTHE.entries()) {
    const old = memory.readU32(state + 4 * index);
    const next = ((old & kept) << move) ^ (((old << left) ^ old) >>> right);
    memory.writeU32(state + 4 * index, next >>> 0);
    number ^= next;
  }
  return number >>> 0;
}

/** `prandom_bytes_state(state, buf, bytes)`: each number with its low bytes first. */
function bytesOfState(call: GuestCall): void {
  const [state, buffer, size] = [call.pointer(0), call.pointer(1), call.size(2)];
  for (let at = 0; at < size; at += 4) {
    const number = nextOfState(call, state);
    for (let byte = at; byte < Math.min(at + 4, size); byte++)
      call.memory.writeU8(buffer + byte, (number >>> (8 * (byte - at))) & 0xff);
  }
}

/** Random numbers. */
export const randomFunctions = () => [
  ...rowsOf('drivers/char/random.c', [
    ['void get_random_bytes(void *buf, size_t len)', (call) => randomBytesAt(call, call.pointer(0), call.size(1))],
    [
      'u32 __get_random_u32_below(u32 ceil)',
      (call) => Number((BigInt(random32(call)) * BigInt(call.unsigned(0))) >> 32n),
    ],
    ['u8 get_random_u8(void)', (call) => random32(call) & 0xff],
    ['u16 get_random_u16(void)', (call) => random32(call) & 0xffff],
    ['u32 get_random_u32(void)', random32],
    ['u64 get_random_u64(void)', (call) => (BigInt(random32(call)) << 32n) | BigInt(random32(call))],
  ]),
  ...rowsOf('lib/random32.c', [
    ['u32 prandom_u32_state(struct rnd_state *state)', (call) => nextOfState(call, call.pointer(0))],
    ['void prandom_bytes_state(struct rnd_state *state, void *buf, size_t bytes)', bytesOfState],
  ]),
];
