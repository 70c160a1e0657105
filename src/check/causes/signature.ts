import { MODULE_SIG_STRING, MODULE_SIGNATURE_SIZE } from '../../abi/module-signature.ts';
import { EPERM } from '../../abi/negative-errno.ts';
import { KernelError } from '../../kernel/kernel-error.ts';
import type { LoadInfo } from '../../kernel/load-info.ts';
import { commonNameOf } from '../../signature/common-name.ts';
import { keyIdText } from '../../signature/key-id.ts';
import type { SignedInfo } from '../../signature/pkcs7-context.ts';
import { parsePkcs7Message } from '../../signature/pkcs7-message.ts';
import { parseCertificate } from '../../signature/x509-certificate.ts';
import type { CauseRule, Diagnosis } from '../diagnosis.ts';
import { listWords } from '../words.ts';

/** What the check found → what that means and what to do. */
const FINDINGS: Readonly<Record<string, (info: LoadInfo, diagnosis: Diagnosis) => readonly [string, string]>> = {
  ENODATA: (_info, { kernel }) => [
    `The module has no signature, and this kernel takes only signed ones: ${policy(kernel)}.`,
    'Sign it with a key that the kernel trusts: kobox sign sha256 KEY CERTIFICATE MODULE (or scripts/sign-file). If it was signed, something behind that cut the signature off: strip first, sign last.',
  ],
  ENOKEY: (info, { kernel }) => [
    `The module is signed${signedBy(info)}, but this kernel does not know that key${trusted(kernel)}, and takes only modules of keys that it knows: ${policy(kernel)}.`,
    'Sign it with a key that the kernel trusts, or make the kernel trust this one: kobox key add CERTIFICATE here; on a real machine mokutil --import CERTIFICATE.der and enrol it at the next boot, or build it into the kernel (CONFIG_SYSTEM_TRUSTED_KEYS).',
  ],
  ENOPKG: (info, { kernel }) => [
    `The signature${signedBy(info)} uses a digest, a key or a trailer that this kernel does not support, and it takes only signatures that it can check: ${policy(kernel)}.`,
    'Sign it again with SHA-256 or SHA-512 and an RSA or ECDSA key: kobox sign sha256 KEY CERTIFICATE MODULE.',
  ],
  EKEYREJECTED: (info) =>
    signerOf(info)?.authenticatedAttributes
      ? [
          'The signature has authenticated attributes, which the kernel does not take for modules: it was not made by sign-file.',
          'Sign it again with scripts/sign-file or kobox sign; with openssl cms, add -noattr -binary -nocerts.',
        ]
      : [
          `The signature${signedBy(info)} names a key that this kernel trusts, but it was not made over these bytes: the module was altered after it was signed (stripped, patched, damaged on its way).`,
          'If you build it, sign it again as the last step, behind strip. If it came signed, get the file again and compare its checksum.',
        ],
  EBADMSG: () => [
    'The file ends like a signed module, but what stands before the end is no signature: it is damaged, or the lengths in its trailer are wrong.',
    'Sign the module again, as the last step of the build; if it came signed, get the file again.',
  ],
  EINVAL: () => [
    'The signature appended to the module is not a PKCS#7 message of the kind that the kernel reads.',
    'Sign the module again with scripts/sign-file or kobox sign.',
  ],
};

/** The signature is missing, broken, unknown or not of these bytes, and the policy minds. */
export const signature: CauseRule = (diagnosis) => {
  const { stage, info, kernel } = diagnosis;
  if (stage !== 'module_sig_check' || !info) return [];
  const finding = FINDINGS[info.signatureError ?? ''];
  if (!finding) return [];
  const [reason, next] = finding(info, diagnosis);
  if (-diagnosis.errno !== EPERM) return [{ id: 'signature', reason, next }];
  return [{ id: 'lockdown', reason, next: `${next} Or boot without lockdown=${kernel.options.lockdown}.` }];
};

function policy({ options, profile }: Diagnosis['kernel']): string {
  if (!options.signatureEnforced) return `it is locked down (lockdown=${options.lockdown}, or Secure Boot)`;
  return `${profile.config('MODULE_SIG_FORCE') === 'y' ? 'CONFIG_MODULE_SIG_FORCE' : 'module.sig_enforce=1'} is set`;
}

/** ` (sha256, by 'Some key')`; empty when the message cannot be read. */
function signedBy(info: LoadInfo): string {
  const signer = signerOf(info);
  if (!signer) return '';
  const name = commonNameOf(signer.issuer);
  const key = name === '' ? `key ${keyIdText(signer.keyId)}` : `'${name}'`;
  return ` (${signer.digestAlgorithm}, by ${key})`;
}

function signerOf({ image, length }: LoadInfo): SignedInfo | undefined {
  try {
    return parsePkcs7Message(image.subarray(length, image.length - BEHIND_MESSAGE), () => undefined).signedInfos[0];
  } catch (error) {
    if (error instanceof KernelError) return undefined;
    throw error;
  }
}

/** What stands behind the PKCS#7 message. */
const BEHIND_MESSAGE = MODULE_SIGNATURE_SIZE + MODULE_SIG_STRING.length;

/** The names of the keys that came with the kernel. */
function trusted({ profile }: Diagnosis['kernel']): string {
  const names = profile.certificates.flatMap((der) => {
    try {
      return [`'${parseCertificate(der).commonName}'`];
    } catch (error) {
      if (error instanceof KernelError) return [];
      throw error;
    }
  });
  return names.length === 0 ? '' : ` (its own: ${listWords(names)})`;
}
