import { byteString } from '../../elf/c-string.ts';
import type { CallSite } from '../kernel-profile.ts';
import { bytesOf } from './bytes.ts';

/* Section `calls`: a line a place: key, function, address (signed), offset and size of the function; decimal numbers. */

/** Section `calls` of these places. */
export function encodeCallSites(sites: readonly CallSite[]): Uint8Array {
  return bytesOf(
    sites.map(({ key, name, address, offset, size }) => `${key} ${name} ${address} ${offset} ${size}\n`).join(''),
  );
}

/** The places of section `calls`; lines of another form are passed over. */
export function readCallSites(bytes: Uint8Array): CallSite[] {
  const text = byteString(bytes, 0, bytes.length);
  return text.split('\n').flatMap((line) => {
    const [key, name, ...numbers] = line.split(' ');
    const [address, offset, size] = numbers.map(Number);
    if (
      key === undefined ||
      name === undefined ||
      size === undefined ||
      numbers.some((each) => !/^-?\d{1,16}$/.test(each))
    )
      return [];
    return [{ key, name, address: address!, offset: offset!, size }];
  });
}
