/** `hex_dump_to_buffer`, lib/hexdump.c: one line without its end. */
export function hexLine(bytes: Uint8Array, rowSize: number, groupSize: number, ascii: boolean): string {
  const group = [1, 2, 4, 8].includes(groupSize) && bytes.length % groupSize === 0 ? groupSize : 1;
  const words: string[] = [];
  for (let start = 0; start < bytes.length; start += group) {
    const word = Array.from(bytes.subarray(start, start + group)).reverse();
    words.push(word.map((byte) => byte.toString(16).padStart(2, '0')).join(''));
  }
  const hex = words.join(' ');
  if (!ascii) return hex;
  const text = Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
  const column = (rowSize / group) * (group * 2 + 1) + 1;
  return hex.padEnd(column) + text;
}
