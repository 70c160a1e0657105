import { subsystem } from '../../../kernel/subsystem.ts';
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

function randomBytes(call: GuestCall): void {
  const [buffer, size] = [call.pointer(0), call.size(1)];
  if (size === 0) return;
  const bytes = call.memory.view(buffer, size, 'write');
  for (let index = 0; index < size; index++) bytes[index] = random32(call) & 0xff;
}

/** Random numbers. */
export const randomFunctions = () => [
  ...rowsOf('drivers/char/random.c', [
    ['void get_random_bytes(void *buf, size_t len)', randomBytes],
    ['u8 get_random_u8(void)', (call) => random32(call) & 0xff],
    ['u16 get_random_u16(void)', (call) => random32(call) & 0xffff],
    ['u32 get_random_u32(void)', random32],
    ['u64 get_random_u64(void)', (call) => (BigInt(random32(call)) << 32n) | BigInt(random32(call))],
  ]),
];
