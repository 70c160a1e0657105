import { KernelError } from '../kernel/kernel-error.ts';
import { type BerElement, decodeBer } from './ber-decoder.ts';
import {
  BIT_STRING,
  BOOLEAN,
  contextTag,
  GENERALIZED_TIME,
  grammarOf,
  INTEGER,
  OBJECT_IDENTIFIER,
  OCTET_STRING,
  SEQUENCE,
  SET,
  UTC_TIME,
} from './ber-grammar.ts';
import { joinKeyId } from './key-id.ts';
import { lookUpOid, type OidName } from './oid-registry.ts';

/** What trust needs of an X.509 certificate (kernel: `struct x509_certificate`). */
export interface X509Certificate {
  /** Serial number and issuer joined: what a signer is looked up by. */
  readonly id: Uint8Array;
  /** Content bytes of the serial number and of the issuer's Name. */
  readonly serial: Uint8Array;
  readonly issuer: Uint8Array;
  /** Subject key identifier extension, if there is one. */
  readonly keyIdentifier: Uint8Array | undefined;
  /** Common name of the subject, as UTF-8 bytes read as latin-1. */
  readonly commonName: string;
  /** The name that the kernel makes of the subject's organisation, common name and e-mail address. */
  readonly subject: string;
  /** DER of SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  readonly keyAlgorithm: string;
}

interface Context {
  readonly certificate: Uint8Array;
  lastOid: OidName | undefined;
  signatureAlgorithm: OidName | undefined;
  serial: Uint8Array;
  issuer: Uint8Array;
  readonly names: Partial<Record<OidName, string>>;
  publicKey: Uint8Array;
  keyAlgorithm: string;
  keyIdentifier: Uint8Array | undefined;
}

const { any, primitive, sequence, repeat, choice, optional, acting } = grammarOf<Context>();

/** Signature algorithms of certificates that the kernel's parser knows; others are ENOPKG. */
const SIGNATURE_ALGORITHMS = new Set<OidName | undefined>([
  'md4WithRSAEncryption',
  'sha1WithRSAEncryption',
  'sha224WithRSAEncryption',
  'sha256WithRSAEncryption',
  'sha384WithRSAEncryption',
  'sha512WithRSAEncryption',
  'id_ecdsa_with_sha1',
  'id_ecdsa_with_sha224',
  'id_ecdsa_with_sha256',
  'id_ecdsa_with_sha384',
  'id_ecdsa_with_sha512',
  'gost2012Signature256',
  'gost2012Signature512',
  'SM2_with_SM3',
]);

const KEY_ALGORITHMS: Partial<Record<OidName, string>> = {
  rsaEncryption: 'rsa',
  id_ecPublicKey: 'ecdsa',
  gost2012PKey256: 'ecrdsa',
  gost2012PKey512: 'ecrdsa',
  sm2: 'sm2',
};

const oid = primitive(OBJECT_IDENTIFIER, (context, { value }) => {
  context.lastOid = lookUpOid(value);
});
const algorithm = sequence(SEQUENCE, [oid, optional(any())]);
const time = choice(primitive(UTC_TIME), primitive(GENERALIZED_TIME));
const name = repeat(SEQUENCE, repeat(SET, sequence(SEQUENCE, [oid, any(noteNameSegment)])));
const extension = sequence(SEQUENCE, [oid, optional(primitive(BOOLEAN)), primitive(OCTET_STRING, noteExtension)]);

const certificateBody = sequence(SEQUENCE, [
  optional(sequence(contextTag(0), [primitive(INTEGER)])),
  primitive(INTEGER, (context, { value }) => {
    context.serial = value;
  }),
  acting(algorithm, noteSignatureAlgorithm),
  acting(name, (context, { value }) => {
    context.issuer = value;
    for (const type of NAME_SEGMENTS) delete context.names[type];
  }),
  sequence(SEQUENCE, [time, time]),
  name,
  sequence(SEQUENCE, [algorithm, primitive(BIT_STRING, noteKey)], notePublicKey),
  optional(primitive(contextTag(1, false))),
  optional(primitive(contextTag(2, false))),
  optional(sequence(contextTag(3), [repeat(SEQUENCE, extension)])),
]);

const certificate = sequence(SEQUENCE, [certificateBody, algorithm, primitive(BIT_STRING, checkSignature)]);

/**
 * Parses a DER certificate (kernel: `x509_cert_parse`, crypto/asymmetric_keys/x509_cert_parser.c).
 * Raises KernelError EBADMSG, EINVAL or ENOPKG.
 */
export function parseCertificate(bytes: Uint8Array): X509Certificate {
  const none = new Uint8Array(0);
  const context: Context = {
    certificate: bytes,
    lastOid: undefined,
    signatureAlgorithm: undefined,
    serial: none,
    issuer: none,
    names: {},
    publicKey: none,
    keyAlgorithm: '',
    keyIdentifier: undefined,
  };
  decodeBer(certificate, context, bytes);
  const { serial, issuer, names, publicKey, keyAlgorithm, keyIdentifier } = context;
  const commonName = names.commonName ?? '';
  return {
    id: joinKeyId(serial, issuer),
    serial,
    issuer,
    keyIdentifier,
    commonName,
    subject: fabricateName(names),
    publicKey,
    keyAlgorithm,
  };
}

/** Segments of a name that the kernel makes its own name of. */
const NAME_SEGMENTS: readonly OidName[] = ['commonName', 'organizationName', 'email_address'];

function noteNameSegment(context: Context, { value }: BerElement): void {
  const type = context.lastOid;
  if (type && NAME_SEGMENTS.includes(type)) context.names[type] = String.fromCharCode(...value);
}

/** kernel: `x509_fabricate_name`: `O: CN`, or one of them where the other is missing or begins the same. */
function fabricateName({
  commonName = '',
  organizationName = '',
  email_address: email = '',
}: Context['names']): string {
  if (commonName === '' || organizationName === '') return commonName || organizationName || email;
  const same = commonName.startsWith(organizationName);
  const alike = commonName.length >= 7 && commonName.slice(0, 7) === organizationName.slice(0, 7);
  return same || alike ? commonName : `${organizationName}: ${commonName}`;
}

function noteSignatureAlgorithm(context: Context): void {
  if (!SIGNATURE_ALGORITHMS.has(context.lastOid)) throw new KernelError('ENOPKG');
  context.signatureAlgorithm = context.lastOid;
}

function noteKey(context: Context, { value }: BerElement): void {
  const algorithm = context.lastOid && KEY_ALGORITHMS[context.lastOid];
  // A curve's own identifier is the last one where the key is elliptic.
  context.keyAlgorithm = algorithm ?? 'ecdsa';
  if (value.length < 1 || value[0] !== 0) throw new KernelError('EBADMSG');
}

function notePublicKey(context: Context, { offset, headerLength, value }: BerElement): void {
  context.publicKey = context.certificate.subarray(offset - headerLength, offset + value.length);
}

function noteExtension(context: Context, { value }: BerElement): void {
  if (context.lastOid !== 'subjectKeyIdentifier') return;
  if (value.length < 3 || value[0] !== OCTET_STRING || value[1] !== value.length - 2) throw new KernelError('EBADMSG');
  context.keyIdentifier = value.subarray(2);
}

function checkSignature(context: Context, { value }: BerElement): void {
  if (context.lastOid !== context.signatureAlgorithm) throw new KernelError('EINVAL');
  if (value.length < 1 || value[0] !== 0) throw new KernelError('EBADMSG');
}
