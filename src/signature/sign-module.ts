import { contextTag, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, SET } from './ber-grammar.ts';
import { encodeOid, type OidName } from './oid-registry.ts';

/** Marker behind a signed module (kernel: `MODULE_SIG_STRING`, include/linux/module_signature.h). */
const MARKER = '~Module signature appended~\n';
const PKEY_ID_PKCS7 = 2;
const NULL = Uint8Array.of(0x05, 0);

/** Digests that `sign` takes, with the identifier for ECDSA over each. */
const DIGESTS: Readonly<Record<string, OidName>> = {
  sha1: 'id_ecdsa_with_sha1',
  sha224: 'id_ecdsa_with_sha224',
  sha256: 'id_ecdsa_with_sha256',
  sha384: 'id_ecdsa_with_sha384',
  sha512: 'id_ecdsa_with_sha512',
};

/** Names of the digests that a module can be signed with. */
export const SIGNING_DIGESTS: readonly string[] = Object.keys(DIGESTS);

/** Who signs: the names come from the certificate, the raw signature from the host. */
export interface ModuleSigner {
  readonly digestAlgorithm: string;
  readonly keyAlgorithm: 'rsa' | 'ecdsa';
  /** DER content of the certificate's issuer Name and serial number. */
  readonly issuer: Uint8Array;
  readonly serial: Uint8Array;
  /** Signs the digest of `data`; for ECDSA in DER form. */
  sign(data: Uint8Array): Uint8Array;
}

/**
 * Appends a detached PKCS#7 signature, its trailer and the marker to a module.
 * Source: scripts/sign-file.c; RFC 5652 section 5.
 */
export function signModule(module: Uint8Array, signer: ModuleSigner): Uint8Array {
  const message = signedData(signer, signer.sign(module));
  const trailer = new Uint8Array(12);
  trailer[2] = PKEY_ID_PKCS7;
  new DataView(trailer.buffer).setUint32(8, message.length);
  return join([module, message, trailer, Uint8Array.from(MARKER, (character) => character.charCodeAt(0))]);
}

function signedData(signer: ModuleSigner, signature: Uint8Array): Uint8Array {
  const digest = algorithm(signer.digestAlgorithm as OidName);
  const signerInfo = der(
    SEQUENCE,
    der(INTEGER, Uint8Array.of(1)),
    der(SEQUENCE, der(SEQUENCE, signer.issuer), der(INTEGER, signer.serial)),
    digest,
    keyAlgorithm(signer),
    der(OCTET_STRING, signature),
  );
  const body = der(
    SEQUENCE,
    der(INTEGER, Uint8Array.of(1)),
    der(SET, digest),
    der(SEQUENCE, oid('data')),
    der(SET, signerInfo),
  );
  return der(SEQUENCE, oid('signed_data'), der(contextTag(0), body));
}

function keyAlgorithm(signer: ModuleSigner): Uint8Array {
  return signer.keyAlgorithm === 'rsa' ? algorithm('rsaEncryption', NULL) : algorithm(DIGESTS[signer.digestAlgorithm]!);
}

function algorithm(name: OidName, parameters = new Uint8Array(0)): Uint8Array {
  return der(SEQUENCE, oid(name), parameters);
}

function oid(name: OidName): Uint8Array {
  return der(OBJECT_IDENTIFIER, encodeOid(name));
}

function der(tag: number, ...contents: Uint8Array[]): Uint8Array {
  const content = join(contents);
  return join([Uint8Array.of(tag, ...lengthBytes(content.length)), content]);
}

function lengthBytes(length: number): number[] {
  if (length < 0x80) return [length];
  const digits: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) digits.unshift(rest & 0xff);
  return [0x80 | digits.length, ...digits];
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
