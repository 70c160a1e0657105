import { KernelError } from '../kernel/kernel-error.ts';
import type { BerElement } from './ber-decoder.ts';
import { grammarOf, OBJECT_IDENTIFIER, SEQUENCE } from './ber-grammar.ts';
import { lookUpOid, type OidName, printOid } from './oid-registry.ts';
import type { X509Certificate } from './x509-certificate.ts';

/** One signer of a message (kernel: `struct pkcs7_signed_info` and its `public_key_signature`). */
export interface SignedInfo {
  /** 1 for the first. */
  readonly index: number;
  /** Name of the digest as the kernel's crypto API and node know it: `sha256`. */
  readonly digestAlgorithm: string;
  readonly keyAlgorithm: string;
  /** Issuer and serial number, or subject key identifier, joined as `asymmetric_key_generate_id` joins them. */
  readonly keyId: Uint8Array;
  /** DER content of the issuer's Name; empty when the key is named by its identifier. */
  readonly issuer: Uint8Array;
  readonly signature: Uint8Array;
  readonly authenticatedAttributes: boolean;
}

/** Where the parser's own lines go: level and text. */
export type SignatureLog = (level: 'default' | 'warning' | 'error', text: string) => void;

/** What the parser of a message has seen so far (kernel: `struct pkcs7_parse_context`). */
export interface Pkcs7Context {
  readonly log: SignatureLog;
  lastOid: OidName | undefined;
  version: number;
  expectKeyIdentifier: boolean;
  dataType: OidName | undefined;
  data: Uint8Array | undefined;
  readonly certificates: X509Certificate[];
  readonly signedInfos: SignedInfo[];
  issuer: Uint8Array;
  serial: Uint8Array;
  keyIdentifier: Uint8Array;
  digestAlgorithm: string;
  keyAlgorithm: string;
  signature: Uint8Array;
  attributes: Set<OidName>;
  authenticatedAttributes: boolean;
}

const { any, primitive, sequence, optional } = grammarOf<Pkcs7Context>();

/** OBJECT IDENTIFIER, noted. */
export const oid = primitive(OBJECT_IDENTIFIER, noteOid);
/** AlgorithmIdentifier. */
export const algorithm = sequence(SEQUENCE, [oid, optional(any())]);

/** Nothing seen yet. */
export function newPkcs7Context(log: SignatureLog): Pkcs7Context {
  const none = new Uint8Array(0);
  return {
    log,
    lastOid: undefined,
    version: 0,
    expectKeyIdentifier: false,
    dataType: undefined,
    data: undefined,
    certificates: [],
    signedInfos: [],
    issuer: none,
    serial: none,
    keyIdentifier: none,
    digestAlgorithm: '',
    keyAlgorithm: '',
    signature: none,
    attributes: new Set(),
    authenticatedAttributes: false,
  };
}

/** Says what is wrong and gives the message up. */
export function reject(context: Pkcs7Context, text: string, errno: KernelError['errno']): never {
  context.log('warning', text);
  throw new KernelError(errno);
}

/** The identifier that the following elements are about. */
export function noteOid(context: Pkcs7Context, { value, offset }: BerElement): void {
  context.lastOid = lookUpOid(value);
  if (context.lastOid === undefined) context.log('default', `PKCS7: Unknown OID: [${offset}] ${printOid(value)}`);
}
