import { KernelError } from '../kernel/kernel-error.ts';
import { type BerElement, decodeBer } from './ber-decoder.ts';
import { contextTag, grammarOf, INTEGER, OBJECT_IDENTIFIER, SEQUENCE, SET } from './ber-grammar.ts';
import { type OidName, oidNumber } from './oid-registry.ts';
import {
  algorithm,
  newPkcs7Context,
  noteOid,
  oid,
  type Pkcs7Context,
  reject,
  type SignatureLog,
  type SignedInfo,
} from './pkcs7-context.ts';
import { signerInfo } from './pkcs7-signer-info.ts';
import { parseCertificate, type X509Certificate } from './x509-certificate.ts';

/** A parsed PKCS#7 SignedData message (kernel: `struct pkcs7_message`). */
export interface Pkcs7Message {
  readonly dataType: OidName | undefined;
  /** Content that the message itself carries; a module's signature has none. */
  readonly data: Uint8Array | undefined;
  readonly certificates: readonly X509Certificate[];
  readonly signedInfos: readonly SignedInfo[];
}

const { any, primitive, sequence, repeat, choice, optional, acting } = grammarOf<Pkcs7Context>();

const certificate = any(extractCertificate);
const certificateList = repeat(SEQUENCE, certificate);

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
  const context = newPkcs7Context(log);
  decodeBer(contentInfo, context, bytes);
  const [first, ...others] = context.signedInfos;
  if (!first || others.some((info) => info.authenticatedAttributes !== first.authenticatedAttributes)) {
    reject(context, 'PKCS7: Inconsistently supplied authAttrs', 'EINVAL');
  }
  const { dataType, data, certificates, signedInfos } = context;
  return { dataType, data, certificates, signedInfos };
}

function noteSignedDataVersion(context: Pkcs7Context, { value }: BerElement): void {
  const version = value[0];
  if (value.length !== 1 || (version !== 1 && version !== 3)) {
    reject(context, 'PKCS7: Unsupported SignedData version', 'EINVAL');
  }
  context.version = version;
}

function noteContentType(context: Pkcs7Context): void {
  if (context.lastOid !== 'data' && context.lastOid !== 'msIndirectData') {
    reject(context, `PKCS7: Unsupported data type ${oidNumber(context.lastOid)}`, 'EINVAL');
  }
  context.dataType = context.lastOid;
}

function extractCertificate(context: Pkcs7Context, element: BerElement): void {
  if (element.tag !== SEQUENCE) throw new KernelError('EBADMSG');
  const { value, headerLength } = element;
  context.certificates.push(
    parseCertificate(new Uint8Array(value.buffer, value.byteOffset - headerLength, value.length + headerLength)),
  );
}
