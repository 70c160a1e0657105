import { byteString } from '../../elf/c-string.ts';
import { type DerElement, derElements, objectIdentifier, TAG } from './der.ts';

/** Who signed a module and how; byte strings, `key` and `signature` raw bytes. */
export interface Signer {
  readonly signer: string;
  readonly key: Uint8Array;
  readonly hash: string;
  readonly signature: Uint8Array;
}

const SIGNED_DATA = '1.2.840.113549.1.7.2';
const COMMON_NAME = '2.5.4.3';

/** Digest algorithms by OID, named as kmod names them. */
const DIGESTS: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.4': 'md4',
  '1.2.840.113549.2.5': 'md5',
  '1.3.14.3.2.26': 'sha1',
  '1.3.36.3.2.1': 'rmd160',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
  '2.16.840.1.101.3.4.2.4': 'sha224',
  '2.16.840.1.101.3.4.2.8': 'sha3-256',
  '2.16.840.1.101.3.4.2.9': 'sha3-384',
  '2.16.840.1.101.3.4.2.10': 'sha3-512',
  '1.2.156.10197.1.401': 'sm3',
};

const inside = (element: DerElement | undefined): DerElement[] => (element ? derElements(element.contents) : []);

/** The issuer's common name; without one, the value of its last attribute (kmod: `x509_name_to_str`). */
function commonName(issuer: DerElement): string {
  const attributes = inside(issuer).map((set) => inside(inside(set)[0]));
  const named = attributes.find(([type]) => type !== undefined && objectIdentifier(type.contents) === COMMON_NAME);
  const contents = (named ?? attributes.at(-1))?.[1]?.contents ?? new Uint8Array(0);
  return byteString(contents, 0, contents.length);
}

/** A serial number's bytes without the leading zeros. */
function unsigned(contents: Uint8Array): Uint8Array {
  const start = contents.findIndex((byte) => byte !== 0);
  return start < 0 ? new Uint8Array(0) : contents.subarray(start);
}

/** The SignerInfo of a PKCS#7 SignedData message (RFC 2315, 9.1). */
function firstSignerInfo(message: Uint8Array): DerElement[] | undefined {
  const [type, wrapped] = inside(derElements(message)[0]);
  if (type?.tag !== TAG.OID || objectIdentifier(type.contents) !== SIGNED_DATA) return undefined;
  const signers = inside(inside(wrapped)[0]).at(-1);
  return signers?.tag === TAG.SET ? inside(inside(signers).slice(0, 1)[0]) : undefined;
}

/**
 * Who signed a PKCS#7 message: the issuer's common name, the certificate's serial number, the digest algorithm and the
 * signature itself, of the first signer. Undefined when the message is something else or damaged.
 */
export function pkcs7Signer(message: Uint8Array): Signer | undefined {
  const info = firstSignerInfo(message);
  const [, issuerAndSerial, digest] = info ?? [];
  const signature = info?.find(({ tag }) => tag === TAG.OCTET_STRING);
  const [issuer, serial] = inside(issuerAndSerial);
  if (issuerAndSerial?.tag !== TAG.SEQUENCE || issuer === undefined || serial?.tag !== TAG.INTEGER) return undefined;
  if (signature === undefined) return undefined;
  const oid = objectIdentifier(inside(digest)[0]?.contents ?? new Uint8Array(0));
  return {
    signer: commonName(issuer),
    key: unsigned(serial.contents),
    hash: DIGESTS[oid] ?? oid,
    signature: signature.contents,
  };
}
