/** A CRC as modprobe prints it. */
export function crcWord(crc: number): string {
  return `0x${crc.toString(16).padStart(8, '0')}`;
}

/** `a`, `a and b`, `a, b and c`; of many the first few and how many more. */
export function listWords(words: readonly string[], limit = 6): string {
  if (words.length > limit) return `${words.slice(0, limit).join(', ')} and ${words.length - limit} more`;
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
