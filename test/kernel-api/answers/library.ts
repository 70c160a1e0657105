import { among, below, bytes, call, type Generate, room, u32, u64 } from './arguments.ts';

/** Arguments for modelled functions: check sums, ciphers, compression and time. */
export const LIBRARY: Readonly<Record<string, Generate>> = {
  crc32_le: call(u32, bytes(200), below(200)),
  __crc32c_le: call(u32, bytes(200), below(200)),
  crc32_be: call(u32, bytes(200), below(200)),
  chacha_block_generic: call(bytes(64), room(64), among(20, 12)),
  hchacha_block_generic: call(bytes(64), room(32), among(20, 12)),
  __crypto_xor: call(room(40), bytes(40), bytes(40), below(40)),
  zlib_inflate_workspacesize: call(),
  zlib_deflate_workspacesize: call(among(15, 9, -15, 12), among(8, 1, 4)),
  __msecs_to_jiffies: call(u32),
  __usecs_to_jiffies: call(u32),
  nsecs_to_jiffies: call(u64),
  jiffies_to_msecs: call(u64),
  jiffies_to_usecs: call(u64),
  jiffies_to_timespec64: call(u64, room(16)),
  time64_to_tm: call(
    among(0, -1, 86399, 951782400, 1700000000, 4102444800n, -62135596800n, 253402300800n, 1078012800),
    among(0, 3600, -7200),
    room(64),
  ),
  round_jiffies_relative: call(below(100000)),
  mktime64: call(below(2200, 1970), below(13, 1), below(32, 1), below(24), below(60), below(61)),
  set_normalized_timespec64: call(
    room(16),
    among(0, 5, -5, 1700000000),
    among(0, 1500000000, -1, -2500000000, 999999999),
  ),
};
