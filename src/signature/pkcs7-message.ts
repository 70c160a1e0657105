import { KernelError } from '../kernel/kernel-error.ts';
import { type BerElement, decodeBer } from './ber-decoder.ts';
import { contextTag, grammarOf, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, SET } from './ber-grammar.ts';
import { joinKeyId } from './key-id.ts';
import { lookUpOid, type OidName, oidNumber, printOid } from './oid-registry.ts';
import { parseCertificate, type X509Certificate } from './x509-certificate.ts';

/** One signer of a message (kernel: `struct pkcs7_signed_info` and its `public_key_signature`). */
export interface SignedInfo {
  /** 1 for the first. */
  readonly index: number;
  /** Name of the digest as the kernel's crypto API and node know it: `sha256`. */
  readonly digestAlgorithm: string;
  readonly keyAlgorithm: string;
  /** Issuer and serial number, or subject key identifier, joined as `asymmetric_key_generate_id` joins them. */
  readonly keyId: Uint8Array;
  readonly signature: Uint8Array;
  readonly authenticatedAttributes: boolean;
}

/** A parsed PKCS#7 SignedData message (kernel: `struct pkcs7_message`). */
export interface Pkcs7Message {
  readonly dataType: OidName | undefined;
  /** Content that the message itself carries; a module's signature has none. */
  readonly data: Uint8Array | undefined;
  readonly certificates: readonly X509Certificate[];
  readonly signedInfos: readonly SignedInfo[];
}

/** Where the parser's own lines go: level and text. */
export type SignatureLog = (level: 'default' | 'warning' | 'error', text: string) => void;

const DIGESTS: Partial<Record<OidName, string>> = {
  md4: 'md4',
  md5: 'md5',
  sha1: 'sha1',
  sha224: 'sha224',
  sha256: 'sha256',
  sha384: 'sha384',
  sha512: 'sha512',
  sm3: 'sm3',
  gost2012Digest256: 'streebog256',
  gost2012Digest512: 'streebog512',
};

const KEY_ALGORITHMS: Partial<Record<OidName, string>> = {
  rsaEncryption: 'rsa',
  id_ecdsa_with_sha1: 'ecdsa',
  id_ecdsa_with_sha224: 'ecdsa',
  id_ecdsa_with_sha256: 'ecdsa',
  id_ecdsa_with_sha384: 'ecdsa',
  id_ecdsa_with_sha512: 'ecdsa',
  SM2_with_SM3: 'sm2',
  gost2012PKey256: 'ecrdsa',
  gost2012PKey512: 'ecrdsa',
};

interface Context {
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

const { any, primitive, sequence, repeat, choice, optional, acting } = grammarOf<Context>();

const oid = primitive(OBJECT_IDENTIFIER, noteOid);
const algorithm = sequence(SEQUENCE, [oid, optional(any())]);
const attribute = sequence(SEQUENCE, [oid, repeat(SET, any(noteAuthenticatedAttribute))]);
const plainAttribute = sequence(SEQUENCE, [primitive(OBJECT_IDENTIFIER), repeat(SET, any())]);
const certificate = any(extractCertificate);
const certificateList = repeat(SEQUENCE, certificate);
const nameSegment = sequence(SEQUENCE, [oid, any()]);
const name = repeat(SEQUENCE, repeat(SET, nameSegment));

const signerInfo = sequence(
  SEQUENCE,
  [
    primitive(INTEGER, noteSignerInfoVersion),
    choice(
      sequence(SEQUENCE, [
        acting(name, (context, { value }) => {
          context.issuer = value;
        }),
        primitive(INTEGER, (context, { value }) => {
          context.serial = value;
        }),
      ]),
      primitive(contextTag(0, false), (context, { value }) => {
        context.keyIdentifier = value;
      }),
    ),
    acting(algorithm, noteDigestAlgorithm),
    optional(
      choice(
        repeat(contextTag(0), attribute, noteSetOfAttributes),
        sequence(contextTag(2), [repeat(SEQUENCE, attribute)]),
      ),
    ),
    acting(algorithm, noteKeyAlgorithm),
    primitive(OCTET_STRING, (context, { value }) => {
      context.signature = value;
    }),
    optional(choice(repeat(contextTag(1), plainAttribute), repeat(contextTag(3), plainAttribute))),
  ],
  noteSignedInfo,
);

/** The grammar names the action at the type and again at its use. */
const notedTwice = primitive(OBJECT_IDENTIFIER, (context, element) => {
  noteOid(context, element);
  noteOid(context, element);
});

const content = sequence(SEQUENCE, [
  notedTwice,
  optional(
    sequence(contextTag(0), [
      any((context, { value }) => {
        context.data = value;
      }),
    ]),
  ),
]);

const signedData = sequence(SEQUENCE, [
  primitive(INTEGER, noteSignedDataVersion),
  choice(repeat(SET, algorithm), repeat(SEQUENCE, algorithm)),
  acting(content, noteContentType),
  optional(choice(repeat(contextTag(0), choice(certificate)), repeat(contextTag(2), certificate))),
  optional(choice(repeat(contextTag(1), certificateList), repeat(contextTag(3), certificateList))),
  choice(repeat(SET, signerInfo), repeat(SEQUENCE, signerInfo)),
]);

const contentInfo = sequence(SEQUENCE, [
  acting(oid, (context, element) => {
    noteOid(context, element);
    if (context.lastOid !== 'signed_data') reject(context, 'PKCS7: Only support pkcs7_signedData type', 'EINVAL');
  }),
  optional(sequence(contextTag(0), [signedData])),
]);

/**
 * Parses a PKCS#7 message as the kernel does (kernel: `pkcs7_parse_message`, crypto/asymmetric_keys/pkcs7_parser.c).
 * Raises KernelError EBADMSG, EINVAL, ENOPKG, EKEYREJECTED or EMSGSIZE; the detail goes to `log`.
 */
export function parsePkcs7Message(bytes: Uint8Array, log: SignatureLog): Pkcs7Message {
  const context = newContext(log);
  decodeBer(contentInfo, context, bytes);
  const [first, ...others] = context.signedInfos;
  if (!first || others.some((info) => info.authenticatedAttributes !== first.authenticatedAttributes)) {
    reject(context, 'PKCS7: Inconsistently supplied authAttrs', 'EINVAL');
  }
  const { dataType, data, certificates, signedInfos } = context;
  return { dataType, data, certificates, signedInfos };
}

function newContext(log: SignatureLog): Context {
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

function reject(context: Context, text: string, errno: KernelError['errno']): never {
  context.log('warning', text);
  throw new KernelError(errno);
}

function noteOid(context: Context, { value, offset }: BerElement): void {
  context.lastOid = lookUpOid(value);
  if (context.lastOid === undefined) context.log('default', `PKCS7: Unknown OID: [${offset}] ${printOid(value)}`);
}

function noteDigestAlgorithm(context: Context): void {
  const digest = context.lastOid && DIGESTS[context.lastOid];
  if (!digest) unsupported(context, 'digest');
  context.digestAlgorithm = digest;
}

function noteKeyAlgorithm(context: Context): void {
  const key = context.lastOid && KEY_ALGORITHMS[context.lastOid];
  if (!key) unsupported(context, 'pkey');
  context.keyAlgorithm = key;
}

function unsupported(context: Context, what: string): never {
  context.log('default', `Unsupported ${what} algo: ${oidNumber(context.lastOid)}`);
  throw new KernelError('ENOPKG');
}

function noteSignedDataVersion(context: Context, { value }: BerElement): void {
  const version = value[0];
  if (value.length !== 1 || (version !== 1 && version !== 3)) {
    reject(context, 'PKCS7: Unsupported SignedData version', 'EINVAL');
  }
  context.version = version;
}

function noteSignerInfoVersion(context: Context, { value }: BerElement): void {
  const version = value[0];
  if (value.length !== 1 || (version !== 1 && version !== 3)) {
    reject(context, 'PKCS7: Unsupported SignerInfo version', 'EINVAL');
  }
  if ((version === 1) !== (context.version === 1)) {
    reject(context, 'PKCS7: SignedData-SignerInfo version mismatch', 'EBADMSG');
  }
  context.expectKeyIdentifier = version === 3;
}

function noteContentType(context: Context): void {
  if (context.lastOid !== 'data' && context.lastOid !== 'msIndirectData') {
    reject(context, `PKCS7: Unsupported data type ${oidNumber(context.lastOid)}`, 'EINVAL');
  }
  context.dataType = context.lastOid;
}

function extractCertificate(context: Context, element: BerElement): void {
  if (element.tag !== SEQUENCE) throw new KernelError('EBADMSG');
  const { value, headerLength } = element;
  context.certificates.push(
    parseCertificate(new Uint8Array(value.buffer, value.byteOffset - headerLength, value.length + headerLength)),
  );
}

const ONCE_ONLY = new Set<OidName | undefined>([
  'contentType',
  'signingTime',
  'messageDigest',
  'smimeCapabilites',
  'msSpOpusInfo',
  'msStatementType',
]);

const AUTHENTICODE_ONLY: Partial<Record<OidName, string>> = {
  smimeCapabilites: 'PKCS7: S/MIME Caps only allowed with Authenticode',
  msSpOpusInfo: 'PKCS7: Authenticode AuthAttrs only allowed with Authenticode',
  msStatementType: 'PKCS7: Authenticode AuthAttrs only allowed with Authenticode',
};

function noteAuthenticatedAttribute(context: Context, { tag, value }: BerElement): void {
  const type = context.lastOid;
  if (!type || !ONCE_ONLY.has(type)) return;
  if (context.attributes.has(type))
    reject(context, 'PKCS7: Repeated/multivalue AuthAttrs not permitted', 'EKEYREJECTED');
  context.attributes.add(type);
  if (type === 'contentType') checkContentType(context, value);
  if (type === 'messageDigest' && tag !== OCTET_STRING) throw new KernelError('EBADMSG');
  const refusal = AUTHENTICODE_ONLY[type];
  if (refusal && context.dataType !== 'msIndirectData') reject(context, refusal, 'EKEYREJECTED');
}

function checkContentType(context: Context, value: Uint8Array): void {
  const type = lookUpOid(value);
  if (type === context.dataType) return;
  const wanted = oidNumber(context.dataType);
  // The signer's own index is set only when it is complete: it reads 0 here, as in the kernel.
  reject(context, `PKCS7: Mismatch between global data type (${wanted}) and sinfo 0 (${oidNumber(type)})`, 'EBADMSG');
}

function noteSetOfAttributes(context: Context): void {
  if (!context.attributes.has('contentType') || !context.attributes.has('messageDigest')) {
    reject(context, 'PKCS7: Missing required AuthAttr', 'EBADMSG');
  }
  if (context.dataType !== 'msIndirectData' && context.attributes.has('msSpOpusInfo')) {
    reject(context, 'PKCS7: Unexpected Authenticode AuthAttr', 'EBADMSG');
  }
  context.authenticatedAttributes = true;
}

function noteSignedInfo(context: Context): void {
  if (context.dataType === 'msIndirectData' && !context.authenticatedAttributes) {
    reject(context, 'PKCS7: Authenticode requires AuthAttrs', 'EBADMSG');
  }
  context.signedInfos.push({
    index: context.signedInfos.length + 1,
    digestAlgorithm: context.digestAlgorithm,
    keyAlgorithm: context.keyAlgorithm,
    keyId: context.expectKeyIdentifier ? context.keyIdentifier : joinKeyId(context.serial, context.issuer),
    signature: context.signature,
    authenticatedAttributes: context.authenticatedAttributes,
  });
  context.attributes = new Set();
  context.authenticatedAttributes = false;
}
