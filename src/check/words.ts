/** A CRC as modprobe prints it. */
export function crcWord(crc: number): string {
  return `0x${crc.toString(16).padStart(8, '0')}`;
}

/** A kernel by its release and, where it is known, the build: `6.1.0-56-amd64 (#1 SMP …)`. */
export function buildOf({ release, version }: { readonly release: string; readonly version: string }): string {
  return version === '' ? release : `${release} (${version})`;
}

/** `a`, `a and b`, `a, b and c`; of many the first few and how many more. */
export function listWords(words: readonly string[], limit = 6): string {
  if (words.length > limit) return `${words.slice(0, limit).join(', ')} and ${words.length - limit} more`;
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
