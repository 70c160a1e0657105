import { MODULE_SIG_STRING, PKEY_ID_PKCS7 } from '../abi/module-signature.ts';
import { contextTag, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, SET } from './ber-grammar.ts';
import { encodeOid, type OidName } from './oid-registry.ts';

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
  /** The certificate's subject key identifier; undefined: it has none. */
  readonly keyIdentifier: Uint8Array | undefined;
  /** Signs the digest of `data`; for ECDSA in DER form. */
  sign(data: Uint8Array): Uint8Array;
}

/** How the signature names its key: by issuer and serial number, or (`-k` of sign-file) by subject key identifier. */
export type SignerName = 'issuer' | 'keyIdentifier';

/**
 * The detached PKCS#7 message that signs a module. Requires a certificate with a subject key identifier to name it.
 * Source: scripts/sign-file.c; RFC 5652 section 5.
 */
export function moduleSignature(module: Uint8Array, signer: ModuleSigner, name: SignerName = 'issuer'): Uint8Array {
  const digest = algorithm(signer.digestAlgorithm as OidName);
  const version = der(INTEGER, Uint8Array.of(name === 'issuer' ? 1 : 3));
  const signerInfo = der(
    SEQUENCE,
    version,
    signerIdentifier(signer, name),
    digest,
    keyAlgorithm(signer),
    der(OCTET_STRING, signer.sign(module)),
  );
  const body = der(SEQUENCE, version, der(SET, digest), der(SEQUENCE, oid('data')), der(SET, signerInfo));
  return der(SEQUENCE, oid('signed_data'), der(contextTag(0), body));
}

function signerIdentifier({ issuer, serial, keyIdentifier }: ModuleSigner, name: SignerName): Uint8Array {
  return name === 'keyIdentifier' && keyIdentifier
    ? der(contextTag(0, false), keyIdentifier)
    : der(SEQUENCE, der(SEQUENCE, issuer), der(INTEGER, serial));
}

/** A module with its signature, the trailer and the marker behind it. Source: scripts/sign-file.c. */
export function appendSignature(module: Uint8Array, message: Uint8Array): Uint8Array {
  const trailer = new Uint8Array(12);
  trailer[2] = PKEY_ID_PKCS7;
  new DataView(trailer.buffer).setUint32(8, message.length);
  return join([module, message, trailer, Uint8Array.from(MODULE_SIG_STRING, (character) => character.charCodeAt(0))]);
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
