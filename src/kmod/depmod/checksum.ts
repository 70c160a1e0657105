/**
 * 64 bits of hash over bytes, as two numbers: against damage, not against enemies. A few times faster than loading
 * node:crypto for it.
 */
export function checksum(bytes: Uint8Array): readonly [number, number] {
  const whole = bytes.length & ~3;
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, whole / 4);
  let [one, other] = [0x811c9dc5 ^ bytes.length, 0x9e3779b9];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    one = Math.imul(one ^ word, 0x01000193);
    one ^= one >>> 15;
    other = Math.imul((other << 5) ^ (other >>> 27) ^ word, 0x85ebca6b);
  }
  for (let at = whole; at < bytes.length; at++) one = Math.imul(one ^ bytes[at]!, 0x01000193);
  return [one | 0, other | 0];
}
