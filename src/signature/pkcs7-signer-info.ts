import { KernelError } from '../kernel/kernel-error.ts';
import type { BerElement } from './ber-decoder.ts';
import { contextTag, grammarOf, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, SET } from './ber-grammar.ts';
import { joinKeyId } from './key-id.ts';
import { type OidName, oidNumber } from './oid-registry.ts';
import { noteAuthenticatedAttribute, noteSetOfAttributes } from './pkcs7-attributes.ts';
import { algorithm, oid, type Pkcs7Context, reject } from './pkcs7-context.ts';

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

const { any, primitive, sequence, repeat, choice, optional, acting } = grammarOf<Pkcs7Context>();

const attribute = sequence(SEQUENCE, [oid, repeat(SET, any(noteAuthenticatedAttribute))]);
const plainAttribute = sequence(SEQUENCE, [primitive(OBJECT_IDENTIFIER), repeat(SET, any())]);
const nameSegment = sequence(SEQUENCE, [oid, any()]);
const name = repeat(SEQUENCE, repeat(SET, nameSegment));

/** SignerInfo (RFC 5652, section 5.3). */
export const signerInfo = sequence(
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

function noteDigestAlgorithm(context: Pkcs7Context): void {
  const digest = context.lastOid && DIGESTS[context.lastOid];
  if (!digest) unsupported(context, 'digest');
  context.digestAlgorithm = digest;
}

function noteKeyAlgorithm(context: Pkcs7Context): void {
  const key = context.lastOid && KEY_ALGORITHMS[context.lastOid];
  if (!key) unsupported(context, 'pkey');
  context.keyAlgorithm = key;
}

function unsupported(context: Pkcs7Context, what: string): never {
  context.log('default', `Unsupported ${what} algo: ${oidNumber(context.lastOid)}`);
  throw new KernelError('ENOPKG');
}

function noteSignerInfoVersion(context: Pkcs7Context, { value }: BerElement): void {
  const version = value[0];
  if (value.length !== 1 || (version !== 1 && version !== 3)) {
    reject(context, 'PKCS7: Unsupported SignerInfo version', 'EINVAL');
  }
  if ((version === 1) !== (context.version === 1)) {
    reject(context, 'PKCS7: SignedData-SignerInfo version mismatch', 'EBADMSG');
  }
  context.expectKeyIdentifier = version === 3;
}

function noteSignedInfo(context: Pkcs7Context): void {
  if (context.dataType === 'msIndirectData' && !context.authenticatedAttributes) {
    reject(context, 'PKCS7: Authenticode requires AuthAttrs', 'EBADMSG');
  }
  context.signedInfos.push({
    index: context.signedInfos.length + 1,
    digestAlgorithm: context.digestAlgorithm,
    keyAlgorithm: context.keyAlgorithm,
    keyId: context.expectKeyIdentifier ? context.keyIdentifier : joinKeyId(context.serial, context.issuer),
    issuer: context.expectKeyIdentifier ? new Uint8Array(0) : context.issuer,
    signature: context.signature,
    authenticatedAttributes: context.authenticatedAttributes,
  });
  context.attributes = new Set();
  context.authenticatedAttributes = false;
}
