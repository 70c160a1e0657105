/**
 * The object identifiers that the kernel knows by name, in the order of its numbering: the row's position is the number
 * that its messages print (`Unsupported data type 98`). Source: include/linux/oid_registry.h, `enum OID`.
 */
const ROWS = [
  ['id_dsa_with_sha1', '1.2.840.10030.4.3'],
  ['id_dsa', '1.2.840.10040.4.1'],
  ['id_ecPublicKey', '1.2.840.10045.2.1'],
  ['id_prime192v1', '1.2.840.10045.3.1.1'],
  ['id_prime256v1', '1.2.840.10045.3.1.7'],
  ['id_ecdsa_with_sha1', '1.2.840.10045.4.1'],
  ['id_ecdsa_with_sha224', '1.2.840.10045.4.3.1'],
  ['id_ecdsa_with_sha256', '1.2.840.10045.4.3.2'],
  ['id_ecdsa_with_sha384', '1.2.840.10045.4.3.3'],
  ['id_ecdsa_with_sha512', '1.2.840.10045.4.3.4'],
  ['rsaEncryption', '1.2.840.113549.1.1.1'],
  ['md2WithRSAEncryption', '1.2.840.113549.1.1.2'],
  ['md3WithRSAEncryption', '1.2.840.113549.1.1.3'],
  ['md4WithRSAEncryption', '1.2.840.113549.1.1.4'],
  ['sha1WithRSAEncryption', '1.2.840.113549.1.1.5'],
  ['sha256WithRSAEncryption', '1.2.840.113549.1.1.11'],
  ['sha384WithRSAEncryption', '1.2.840.113549.1.1.12'],
  ['sha512WithRSAEncryption', '1.2.840.113549.1.1.13'],
  ['sha224WithRSAEncryption', '1.2.840.113549.1.1.14'],
  ['data', '1.2.840.113549.1.7.1'],
  ['signed_data', '1.2.840.113549.1.7.2'],
  ['email_address', '1.2.840.113549.1.9.1'],
  ['contentType', '1.2.840.113549.1.9.3'],
  ['messageDigest', '1.2.840.113549.1.9.4'],
  ['signingTime', '1.2.840.113549.1.9.5'],
  ['smimeCapabilites', '1.2.840.113549.1.9.15'],
  ['smimeAuthenticatedAttrs', '1.2.840.113549.1.9.16.2.11'],
  ['md2', '1.2.840.113549.2.2'],
  ['md4', '1.2.840.113549.2.4'],
  ['md5', '1.2.840.113549.2.5'],
  ['mskrb5', '1.2.840.48018.1.2.2'],
  ['krb5', '1.2.840.113554.1.2.2'],
  ['krb5u2u', '1.2.840.113554.1.2.2.3'],
  ['msIndirectData', '1.3.6.1.4.1.311.2.1.4'],
  ['msStatementType', '1.3.6.1.4.1.311.2.1.11'],
  ['msSpOpusInfo', '1.3.6.1.4.1.311.2.1.12'],
  ['msPeImageDataObjId', '1.3.6.1.4.1.311.2.1.15'],
  ['msIndividualSPKeyPurpose', '1.3.6.1.4.1.311.2.1.21'],
  ['msOutlookExpress', '1.3.6.1.4.1.311.16.4'],
  ['ntlmssp', '1.3.6.1.4.1.311.2.2.10'],
  ['spnego', '1.3.6.1.5.5.2'],
  ['IAKerb', '1.3.6.1.5.2.5'],
  ['PKU2U', '1.3.5.1.5.2.7'],
  ['Scram', '1.3.6.1.5.5.14'],
  ['certAuthInfoAccess', '1.3.6.1.5.5.7.1.1'],
  ['sha1', '1.3.14.3.2.26'],
  ['id_ansip384r1', '1.3.132.0.34'],
  ['sha256', '2.16.840.1.101.3.4.2.1'],
  ['sha384', '2.16.840.1.101.3.4.2.2'],
  ['sha512', '2.16.840.1.101.3.4.2.3'],
  ['sha224', '2.16.840.1.101.3.4.2.4'],
  ['commonName', '2.5.4.3'],
  ['surname', '2.5.4.4'],
  ['countryName', '2.5.4.6'],
  ['locality', '2.5.4.7'],
  ['stateOrProvinceName', '2.5.4.8'],
  ['organizationName', '2.5.4.10'],
  ['organizationUnitName', '2.5.4.11'],
  ['title', '2.5.4.12'],
  ['description', '2.5.4.13'],
  ['name', '2.5.4.41'],
  ['givenName', '2.5.4.42'],
  ['initials', '2.5.4.43'],
  ['generationalQualifier', '2.5.4.44'],
  ['subjectKeyIdentifier', '2.5.29.14'],
  ['keyUsage', '2.5.29.15'],
  ['subjectAltName', '2.5.29.17'],
  ['issuerAltName', '2.5.29.18'],
  ['basicConstraints', '2.5.29.19'],
  ['crlDistributionPoints', '2.5.29.31'],
  ['certPolicies', '2.5.29.32'],
  ['authorityKeyIdentifier', '2.5.29.35'],
  ['extKeyUsage', '2.5.29.37'],
  ['NetlogonMechanism', '1.2.752.43.14.2'],
  ['appleLocalKdcSupported', '1.2.752.43.14.3'],
  ['gostCPSignA', '1.2.643.2.2.35.1'],
  ['gostCPSignB', '1.2.643.2.2.35.2'],
  ['gostCPSignC', '1.2.643.2.2.35.3'],
  ['gost2012PKey256', '1.2.643.7.1.1.1.1'],
  ['gost2012PKey512', '1.2.643.7.1.1.1.2'],
  ['gost2012Digest256', '1.2.643.7.1.1.2.2'],
  ['gost2012Digest512', '1.2.643.7.1.1.2.3'],
  ['gost2012Signature256', '1.2.643.7.1.1.3.2'],
  ['gost2012Signature512', '1.2.643.7.1.1.3.3'],
  ['gostTC26Sign256A', '1.2.643.7.1.2.1.1.1'],
  ['gostTC26Sign256B', '1.2.643.7.1.2.1.1.2'],
  ['gostTC26Sign256C', '1.2.643.7.1.2.1.1.3'],
  ['gostTC26Sign256D', '1.2.643.7.1.2.1.1.4'],
  ['gostTC26Sign512A', '1.2.643.7.1.2.1.2.1'],
  ['gostTC26Sign512B', '1.2.643.7.1.2.1.2.2'],
  ['gostTC26Sign512C', '1.2.643.7.1.2.1.2.3'],
  ['sm2', '1.2.156.10197.1.301'],
  ['sm3', '1.2.156.10197.1.401'],
  ['SM2_with_SM3', '1.2.156.10197.1.501'],
  ['sm3WithRSAEncryption', '1.2.156.10197.1.504'],
  ['TPMLoadableKey', '2.23.133.10.1.3'],
  ['TPMImportableKey', '2.23.133.10.1.4'],
  ['TPMSealedData', '2.23.133.10.1.5'],
] as const;

/** Name of an object identifier in the kernel's registry. */
export type OidName = (typeof ROWS)[number][0];

/** `OID__NR`: the number of an identifier that the registry does not hold. */
const OID_UNKNOWN = ROWS.length;

const NAMES = new Map<string, OidName>(ROWS.map(([name, dotted]) => [dotted, name]));
const NUMBERS = new Map<string, number>(ROWS.map(([name], number) => [name, number]));
const DOTTED = new Map<string, string>(ROWS.map(([name, dotted]) => [name, dotted]));

/** The registry name of an encoded identifier (kernel: `look_up_OID`, lib/oid_registry.c). */
export function lookUpOid(encoded: Uint8Array): OidName | undefined {
  return NAMES.get(printOid(encoded));
}

/** The kernel's number of an identifier; unknown ones get {@link OID_UNKNOWN}. */
export function oidNumber(name: OidName | undefined): number {
  return name === undefined ? OID_UNKNOWN : NUMBERS.get(name)!;
}

/**
 * An encoded identifier in dotted form, `(bad)` where a component is cut; at most 49 characters
 * (kernel: `sprint_oid`, lib/oid_registry.c, with the callers' buffer of 50).
 */
export function printOid(encoded: Uint8Array): string {
  const first = encoded[0];
  if (first === undefined) return '(bad)';
  let text = `${Math.floor(first / 40)}.${first % 40}`;
  for (let at = 1; at < encoded.length; ) {
    let value = 0n;
    let byte: number | undefined;
    do {
      byte = encoded[at++];
      if (byte === undefined) return `${text}(bad)`;
      value = BigInt.asUintN(64, (value << 7n) | BigInt(byte & 0x7f));
    } while (byte & 0x80);
    text += `.${value}`;
  }
  return text.slice(0, 49);
}

/** The DER content bytes of a registered identifier. */
export function encodeOid(name: OidName): Uint8Array {
  const [first, second, ...rest] = DOTTED.get(name)!.split('.').map(Number);
  const bytes = [first! * 40 + second!];
  for (const component of rest) bytes.push(...base128(component));
  return Uint8Array.from(bytes);
}

function base128(component: number): number[] {
  const digits = [component & 0x7f];
  for (let rest = component >>> 7; rest > 0; rest >>>= 7) digits.unshift((rest & 0x7f) | 0x80);
  return digits;
}
