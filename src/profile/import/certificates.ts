import { splitCertificates } from '../container/certificate-list.ts';
import type { KernelImage } from './kernel-image.ts';
import { occurrences } from './search.ts';

/** DER: SEQUENCE, SEQUENCE (to-be-signed), `[0] version 2`: how an X.509 v3 certificate starts; the lengths stand between. */
const VERSION_3 = Uint8Array.of(0xa0, 0x03, 0x02, 0x01, 0x02);
const VERSION_AT = 8;

/**
 * The trusted certificates that are built in, one behind the other (kernel: `system_certificate_list`,
 * certs/system_keyring.c). Found through kallsyms, else the longest list of certificates in the image. Empty without any.
 */
export function readCertificates(image: KernelImage, addressOf: (symbol: string) => number | undefined): Uint8Array {
  return listBySymbol(image, addressOf) ?? longestList(image);
}

function listBySymbol(image: KernelImage, addressOf: (symbol: string) => number | undefined): Uint8Array | undefined {
  const list = image.place(addressOf('system_certificate_list') ?? Number.NaN);
  const size = image.place(addressOf('system_certificate_list_size') ?? Number.NaN);
  if (!list || !size) return undefined;
  const length = image.reader(size.region).pointer(size.offset);
  return list.region.bytes.subarray(list.offset, list.offset + Math.max(0, length));
}

function longestList(image: KernelImage): Uint8Array {
  let longest = new Uint8Array(0);
  for (const { region, offset } of occurrences(image, VERSION_3)) {
    const list = region.bytes.subarray(Math.max(0, offset - VERSION_AT));
    const length = splitCertificates(list).reduce((sum, certificate) => sum + certificate.length, 0);
    if (length > longest.length) longest = new Uint8Array(list.subarray(0, length));
  }
  return longest;
}
