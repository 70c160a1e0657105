/** `hex_dump_to_buffer`, lib/hexdump.c: one line without its end. */
export function hexLine(bytes: Uint8Array, rowSize: number, groupSize: number, ascii: boolean): string {
  if (bytes.length === 0) return '';
  const group = bytes.length % groupOf(groupSize) === 0 ? groupOf(groupSize) : 1;
  const words: string[] = [];
  for (let start = 0; start < bytes.length; start += group) {
    const word = Array.from(bytes.subarray(start, start + group)).reverse();
    words.push(word.map((byte) => byte.toString(16).padStart(2, '0')).join(''));
  }
  const hex = words.join(' ');
  if (!ascii) return hex;
  const text = Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
  return hex.padEnd(textColumn(rowSize, group)) + text;
}

/** Where the characters begin in a line of whole groups. */
export function textColumn(rowSize: number, groupSize: number): number {
  const group = groupOf(groupSize);
  return (rowSize / group) * (group * 2 + 1) + 1;
}

function groupOf(size: number): number {
  return [1, 2, 4, 8].includes(size) ? size : 1;
}
