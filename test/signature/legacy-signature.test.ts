import { sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { certificateDer } from '../../src/host/module-signer.ts';
import { signatureCrypto } from '../../src/host/signature-crypto.ts';
import { readLegacySignature } from '../../src/kernel/legacy-signature.ts';
import { verifyLegacySignature } from '../../src/signature/legacy-signature.ts';
import { parseCertificate } from '../../src/signature/x509-certificate.ts';

const recorded = (name: string) => readFileSync(new URL(`recorded/${name}`, import.meta.url));
const body = recorded('body.txt');
const certificate = parseCertificate(certificateDer(recorded('test-cert.pem')));
const SHA256 = 4;

/** What scripts/sign-file of Linux 3.7 puts behind a module, without the marker. */
function signed({ signer = certificate.subject, hash = SHA256, algo = 1, idType = 1, cut = 0 } = {}): Uint8Array {
  const rsa = sign('sha256', body, recorded('test-key.pem'));
  const keyId = certificate.keyIdentifier!;
  const signature = Buffer.concat([Buffer.from([rsa.length >> 8, rsa.length & 255]), rsa.subarray(cut)]);
  const trailer = Buffer.from([algo, hash, idType, signer.length, keyId.length, 0, 0, 0, 0, 0, 0, 0]);
  trailer.writeUInt32BE(signature.length, 8);
  return Buffer.concat([body, Buffer.from(signer, 'latin1'), keyId, signature, trailer]);
}

function verdict(file: Uint8Array, data: Uint8Array = body, trusted = [certificate]) {
  const log: string[] = [];
  const read = readLegacySignature(file);
  if (typeof read === 'string') return { errno: read, log };
  const errno = verifyLegacySignature(data, read, trusted, signatureCrypto, (_level, text) => log.push(text));
  return { errno, log };
}

describe('the signatures of kernels before 4.3', () => {
  it('names the organisation before the common name as the kernel does', () => {
    expect(certificate.subject).toBe('kobox: Test key');
  });

  it('are good when the named key made them', () => {
    expect(verdict(signed())).toEqual({ errno: undefined, log: [] });
  });

  it('answer ENOKEY and name the key when nobody trusts it', () => {
    const log = ["Request for unknown module key 'Somebody: 665aec54954e76c685d10375cf1a36cdf990b0b3' err -11"];
    expect(verdict(signed({ signer: 'Somebody' }))).toEqual({ errno: 'ENOKEY', log });
  });

  it.each([
    ['the data differs', 'EKEYREJECTED', () => verdict(signed(), Buffer.from('other'))],
    ['the number is shorter than it says', 'EBADMSG', () => verdict(signed({ cut: 1 }))],
    ['the digest is unknown', 'ENOPKG', () => verdict(signed({ hash: 8 }))],
    ['the algorithm is not RSA', 'ENOPKG', () => verdict(signed({ algo: 0 }))],
    ['the key is not named by X.509', 'ENOPKG', () => verdict(signed({ idType: 2 }))],
    ['the lengths reach before the file', 'EBADMSG', () => verdict(signed().subarray(body.length + 8))],
  ] as const)('are refused when %s: %s', (_what, errno, attempt) => {
    expect(attempt()).toEqual({ errno, log: [] });
  });

  it('read from any bytes as an errno or as parts that lie within them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 13, maxLength: 200 }), (bytes) => {
        const read = readLegacySignature(bytes);
        if (typeof read === 'string') expect(read).toMatch(/^(EBADMSG|ENOPKG)$/);
        else
          expect(read.bodyLength + read.signer.length + read.keyId.length + read.signature.length).toBe(
            bytes.length - 12,
          );
      }),
    );
  });
});
