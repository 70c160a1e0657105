const FACTOR = 0x85ebca6b | 0;

const step = (hash: number, word: number): number => {
  const mixed = Math.imul(hash ^ word, FACTOR);
  return mixed ^ (mixed >>> 15);
};

/**
 * 64 bits of hash over bytes, as two numbers: against damage, not against enemies. A few times faster than loading
 * node:crypto for it. Four hashes go along side by side, each over every fourth word: the processor works them out at once.
 */
export function checksum(bytes: Uint8Array): readonly [number, number] {
  if ((bytes.byteOffset & 3) !== 0) return checksum(bytes.slice());
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  let one = 0x811c9dc5 ^ bytes.length;
  let two = 0x9e3779b9 | 0;
  let three = 0x7f4a7c15;
  let four = 0x2545f491;
  const fours = words.length & ~3;
  for (let i = 0; i < fours; i += 4) {
    one = Math.imul(one ^ words[i]!, FACTOR);
    two = Math.imul(two ^ words[i + 1]!, FACTOR);
    three = Math.imul(three ^ words[i + 2]!, FACTOR);
    four = Math.imul(four ^ words[i + 3]!, FACTOR);
    one ^= one >>> 15;
    two ^= two >>> 15;
    three ^= three >>> 15;
    four ^= four >>> 15;
  }
  for (let at = fours * 4; at < bytes.length; at++) one = step(one, bytes[at]!);
  return [step(one, two), step(three, four)];
}
