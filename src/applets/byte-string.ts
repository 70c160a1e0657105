import type { Output } from '../host/output.ts';

/** Writes a kernel byte string (one character a byte) as its bytes. */
export function writeByteString(output: Output, text: string): void {
  output.writeBytes(Buffer.from(text, 'latin1'));
}

/** A word of argv as the byte string that the kernel gets. */
export function toByteString(word: string): string {
  return Buffer.from(word, 'utf8').toString('latin1');
}
