import type { Output } from '../host/output.ts';

/** Writes a kernel byte string (one character a byte) as its bytes. */
export function writeByteString(output: Output, text: string): void {
  output.writeBytes(Buffer.from(text, 'latin1'));
}

/** A UTF-16 text (argv, environment, cwd) as the byte string of its UTF-8. */
export function toByteString(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
