import { hostBytes } from '../../host/host-text.ts';
import type { Output } from '../../host/output.ts';

/** Writes a kernel byte string (one character a byte) as its bytes. */
export function writeByteString(output: Output, text: string): void {
  output.writeBytes(Buffer.from(text, 'latin1'));
}

/** A text of the host (argv, environment, cwd) as a byte string. */
export function toByteString(text: string): string {
  return hostBytes(text).toString('latin1');
}
