import type { CauseRule, Diagnosis } from '../diagnosis.ts';

const MARKER = '~Module signature appended~\n';
/** errno → what the signature check found and what to do; a function of whether there is a signature. */
const FINDINGS: Readonly<Record<number, (signed: boolean, diagnosis: Diagnosis) => readonly [string, string]>> = {
  1: () => [
    'The kernel is locked down: it takes only modules signed by a key it trusts.',
    'Sign the module with a trusted key (kobox sign, mokutil for the real machine), or boot without lockdown.',
  ],
  22: () => [
    'The signature appended to the module is not a message that the kernel understands.',
    'Sign the module again with scripts/sign-file or kobox sign.',
  ],
  65: () => [
    'The signature uses a digest or key algorithm that this kernel has not.',
    'Sign it with SHA-256 or SHA-512 and an RSA or ECDSA key.',
  ],
  74: () => [
    'The signature appended to the module is damaged, or what stands before its trailer is none.',
    'Sign the module again; if it was stripped after signing, sign it after that.',
  ],
  129: (signed) =>
    signed
      ? [
          'A trusted key is named in the signature, but the signature is not of these bytes: the module was altered after signing, or the policy takes trusted keys only.',
          'Sign the module again, as the last step of the build; strip before signing.',
        ]
      : [
          'The kernel enforces signatures and the module has none.',
          'Sign it with a key that the kernel trusts (kobox sign …; kobox key add CERTIFICATE), or boot without module.sig_enforce=1.',
        ],
};

/** The signature is missing, broken, unknown or not of these bytes, and the policy minds. */
export const signature: CauseRule = (diagnosis) => {
  if (diagnosis.stage !== 'module_sig_check') return [];
  const finding = FINDINGS[diagnosis.errno];
  if (!finding) return [];
  const [reason, next] = finding(isSigned(diagnosis.image), diagnosis);
  return [{ id: diagnosis.errno === 1 ? 'lockdown' : 'signature', reason, next }];
};

function isSigned(image: Uint8Array): boolean {
  const start = image.length - MARKER.length;
  return start >= 0 && [...MARKER].every((character, at) => image[start + at] === character.charCodeAt(0));
}
