import { byteString } from '../elf/c-string.ts';
import { encodeOid } from './oid-registry.ts';

/** The common name in the DER content of an X.501 Name, as a byte string; empty when it has none. Any bytes will do. */
export function commonNameOf(name: Uint8Array): string {
  const type = encodeOid('commonName');
  for (let at = 0; at + type.length < name.length; at++) {
    if (!type.every((byte, i) => name[at + i] === byte)) continue;
    const value = at + type.length + 2;
    return byteString(name, value, Math.min(value + (name[value - 1] ?? 0), name.length));
  }
  return '';
}
