import { KernelError } from '../kernel/kernel-error.ts';
import type { BerElement } from './ber-decoder.ts';
import { OCTET_STRING } from './ber-grammar.ts';
import { lookUpOid, type OidName, oidNumber } from './oid-registry.ts';
import { type Pkcs7Context, reject } from './pkcs7-context.ts';

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

/** One value of an authenticated attribute (kernel: `pkcs7_sig_note_authenticated_attr`). */
export function noteAuthenticatedAttribute(context: Pkcs7Context, { tag, value }: BerElement): void {
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

function checkContentType(context: Pkcs7Context, value: Uint8Array): void {
  const type = lookUpOid(value);
  if (type === context.dataType) return;
  const wanted = oidNumber(context.dataType);
  // The signer's own index is set only when it is complete: it reads 0 here, as in the kernel.
  reject(context, `PKCS7: Mismatch between global data type (${wanted}) and sinfo 0 (${oidNumber(type)})`, 'EBADMSG');
}

/** All authenticated attributes are read (kernel: `pkcs7_sig_note_set_of_authattrs`). */
export function noteSetOfAttributes(context: Pkcs7Context): void {
  if (!context.attributes.has('contentType') || !context.attributes.has('messageDigest')) {
    reject(context, 'PKCS7: Missing required AuthAttr', 'EBADMSG');
  }
  if (context.dataType !== 'msIndirectData' && context.attributes.has('msSpOpusInfo')) {
    reject(context, 'PKCS7: Unexpected Authenticode AuthAttr', 'EBADMSG');
  }
  context.authenticatedAttributes = true;
}
