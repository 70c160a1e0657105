/** More than any kernel is built with. */
const MAX_CERTIFICATES = 1024;

/** DER: SEQUENCE with a two-byte length. */
const SEQUENCE_LONG = [0x30, 0x82] as const;

/**
 * The certificates of a list in which they stand one behind the other, each a DER SEQUENCE; ends at the first byte that
 * starts none (kernel: `x509_load_certificate_list`, crypto/asymmetric_keys/x509_loader.c).
 */
export function splitCertificates(list: Uint8Array): Uint8Array[] {
  const certificates: Uint8Array[] = [];
  let at = 0;
  while (
    certificates.length < MAX_CERTIFICATES &&
    list[at] === SEQUENCE_LONG[0] &&
    list[at + 1] === SEQUENCE_LONG[1] &&
    at + 4 < list.length
  ) {
    const size = 4 + (list[at + 2]! << 8) + list[at + 3]!;
    if (at + size > list.length) break;
    certificates.push(list.subarray(at, at + size));
    at += size;
  }
  return certificates;
}
