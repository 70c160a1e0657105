import type { KeyObject } from 'node:crypto';
import type { SignatureCrypto } from '../signature/verify-signature.ts';
import { nodeCrypto } from './node-crypto.ts';

const keys = new Map<string, KeyObject>();

/** Public keys are parsed once: a tree of modules is signed by one. */
function publicKeyOf(der: Uint8Array): KeyObject {
  const name = Buffer.from(der).toString('latin1');
  let key = keys.get(name);
  if (!key) {
    key = nodeCrypto().createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
    keys.set(name, key);
  }
  return key;
}

/** Signature checks by OpenSSL, as node has it. */
export const signatureCrypto: SignatureCrypto = {
  verify(digestAlgorithm, data, publicKey, signature) {
    try {
      return nodeCrypto().verify(digestAlgorithm, data, publicKeyOf(publicKey), signature);
    } catch {
      return false;
    }
  },
};
