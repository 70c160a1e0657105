import { MODULE_SIG_STRING, MODULE_SIGNATURE_SIZE, PKEY_ID_PKCS7 } from '../../abi/module-signature.ts';
import { byteString } from '../../elf/c-string.ts';
import { readPiece, type SectionSource } from '../depmod/section-source.ts';
import type { ModinfoField } from './modinfo-field.ts';
import { pkcs7Signer, type Signer } from './pkcs7-signer.ts';

/** enum pkey_id_type. */
const ID_TYPES = ['PGP', 'X509', 'PKCS#7'];
/** enum pkey_hash_algo of the old signature format. */
const HASHES = ['md4', 'md5', 'sha1', 'rmd160', 'sha256', 'sha384', 'sha512', 'sha224', 'sm3'];
/** DSA and RSA. */
const ALGORITHMS = 2;

/** `01:12:DE…`, with a line break and two tabs after every 20 bytes (kmod: `kmod_module_strbuf_pushhex`). */
function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte, i) => {
    const digits = byte.toString(16).toUpperCase().padStart(2, '0');
    if (i === bytes.length - 1) return digits;
    return (i + 1) % 20 === 0 ? `${digits}:\n\t\t` : `${digits}:`;
  }).join('');
}

interface Trailer {
  readonly hash: string;
  readonly idType: number;
  readonly signerLength: number;
  readonly keyLength: number;
  readonly signatureLength: number;
  /** Where the trailer starts. */
  readonly start: number;
}

function readTrailer(source: SectionSource): Trailer | undefined {
  const start = source.size - MODULE_SIG_STRING.length - MODULE_SIGNATURE_SIZE;
  if (start < 0) return undefined;
  const bytes = readPiece(source, start, MODULE_SIGNATURE_SIZE + MODULE_SIG_STRING.length);
  if (byteString(bytes, MODULE_SIGNATURE_SIZE, bytes.length) !== MODULE_SIG_STRING) return undefined;
  const [algorithm = 0, hash = 0, idType = 0, signerLength = 0, keyLength = 0] = bytes;
  const signatureLength = bytes.readUInt32BE(8);
  const isKnown = algorithm < ALGORITHMS && hash < HASHES.length && idType < ID_TYPES.length;
  const fits = signatureLength > 0 && start >= signatureLength + signerLength + keyLength;
  return isKnown && fits ? { hash: HASHES[hash]!, idType, signerLength, keyLength, signatureLength, start } : undefined;
}

function oldSigner(source: SectionSource, trailer: Trailer): Signer {
  const { signerLength, keyLength, signatureLength, start } = trailer;
  const length = signerLength + keyLength + signatureLength;
  const bytes = readPiece(source, start - length, length);
  const key = signerLength + keyLength;
  return {
    signer: byteString(bytes, 0, signerLength),
    key: bytes.subarray(signerLength, key),
    hash: trailer.hash,
    signature: bytes.subarray(key),
  };
}

/**
 * The fields that tell of an appended signature: none without one, or with one that cannot be read
 * (kmod: `kmod_module_signature_info`).
 */
export function signatureFields(source: SectionSource): ModinfoField[] {
  const trailer = readTrailer(source);
  if (trailer === undefined) return [];
  const { start, signatureLength, idType } = trailer;
  const found =
    idType === PKEY_ID_PKCS7
      ? pkcs7Signer(readPiece(source, start - signatureLength, signatureLength))
      : oldSigner(source, trailer);
  if (found === undefined) return [];
  return [
    ['sig_id', ID_TYPES[idType]!],
    ['signer', found.signer],
    ['sig_key', hex(found.key)],
    ['sig_hashalgo', found.hash],
    ['signature', hex(found.signature)],
  ];
}
