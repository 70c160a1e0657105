import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { certificateDer, openSigner } from '../../src/host/module-signer.ts';
import { signatureCrypto } from '../../src/host/signature-crypto.ts';
import { appendSignature, type ModuleSigner, moduleSignature } from '../../src/signature/sign-module.ts';
import { verifyModuleSignature } from '../../src/signature/verify-signature.ts';
import { parseCertificate } from '../../src/signature/x509-certificate.ts';

const recorded = (name: string) => new Uint8Array(readFileSync(new URL(`recorded/${name}`, import.meta.url)));
const body = recorded('body.txt');
const rsa = parseCertificate(certificateDer(recorded('test-cert.pem')));
const ec = parseCertificate(certificateDer(recorded('ec-cert.pem')));
const TRAILER_AND_MARKER = 12 + 28;

/** The PKCS#7 message of a signed file. */
function messageOf(file: Uint8Array): Uint8Array {
  return file.slice(body.length, file.length - TRAILER_AND_MARKER);
}

function verdict(data: Uint8Array, message: Uint8Array, trusted = [rsa, ec]) {
  const log: string[] = [];
  const errno = verifyModuleSignature(data, message, trusted, signatureCrypto, (level, text) =>
    log.push(`${level}: ${text}`),
  );
  return { errno, log };
}

describe('verifyModuleSignature', () => {
  it.each(['signed-sha1.bin', 'signed-sha256.bin', 'signed-sha512.bin', 'signed-ec.bin', 'signed-keyid.bin'])(
    'accepts what sign-file wrote: %s',
    (name) => {
      expect(verdict(body, messageOf(recorded(name)))).toEqual({ errno: undefined, log: [] });
    },
  );

  it('answers ENOKEY when no trusted certificate made the signature', () => {
    expect(verdict(body, messageOf(recorded('signed-sha256.bin')), [ec])).toEqual({ errno: 'ENOKEY', log: [] });
  });

  it('answers EKEYREJECTED when one bit of the data differs', () => {
    const altered = body.slice();
    altered[3]! ^= 1;
    expect(verdict(altered, messageOf(recorded('signed-sha256.bin')))).toEqual({ errno: 'EKEYREJECTED', log: [] });
  });

  it('answers EINVAL and says so when the message has no signer', () => {
    const empty = Uint8Array.of(0x30, 0x0b, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02);
    expect(verdict(body, empty)).toEqual({
      errno: 'EINVAL',
      log: ['warning: PKCS7: Inconsistently supplied authAttrs'],
    });
  });

  it('answers any bytes with an errno or a verdict, never an exception of its own', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(verdict(body, bytes).errno).toMatch(/^E[A-Z0-9]+$/);
      }),
    );
  });

  it('never accepts a message of which one byte was changed to sign other data', () => {
    const message = messageOf(recorded('signed-sha256.bin'));
    const other = new TextEncoder().encode('other data');
    fc.assert(
      fc.property(fc.nat(message.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const altered = message.slice();
        altered[at]! ^= change;
        expect(verdict(other, altered).errno).toMatch(/^E[A-Z0-9]+$/);
      }),
    );
  });
});

/** A signed module as sign-file writes it. */
function signModule(module: Uint8Array, signer: ModuleSigner): Uint8Array {
  return appendSignature(module, moduleSignature(module, signer));
}

describe('a module that was signed', () => {
  it.each(['sha1', 'sha256', 'sha512'])('has the bytes that sign-file writes: %s', (digest) => {
    const signer = openSigner(digest, recorded('test-key.pem'), recorded('test-cert.pem'));
    expect(Buffer.from(signModule(body, signer)).equals(recorded(`signed-${digest}.bin`))).toBe(true);
  });

  it('with -k is named by the key identifier, in the bytes that sign-file writes', () => {
    const signer = openSigner('sha256', recorded('test-key.pem'), recorded('test-cert.pem'));
    const signed = appendSignature(body, moduleSignature(body, signer, 'keyIdentifier'));
    expect(Buffer.from(signed).equals(recorded('signed-keyid.bin'))).toBe(true);
  });

  it('with an elliptic key is accepted by the kernel', () => {
    const signer = openSigner('sha256', recorded('ec-key.pem'), recorded('ec-cert.pem'));
    expect(verdict(body, messageOf(signModule(body, signer)))).toEqual({ errno: undefined, log: [] });
  });
});
