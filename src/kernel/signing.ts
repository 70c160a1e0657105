import type { ErrnoName } from '../abi/errno.ts';
import { MODULE_SIG_STRING, MODULE_SIGNATURE_SIZE, PKEY_ID_PKCS7 } from '../abi/module-signature.ts';
import { cStringStarts } from '../elf/c-string.ts';
import type { Kernel, SignatureVerifier } from './kernel.ts';
import { isConfigured } from './kernel-config.ts';
import { KernelError } from './kernel-error.ts';
import { versionAtLeast } from './kernel-version.ts';
import { readLegacySignature } from './legacy-signature.ts';
import { type LoadInfo, MODULE_INIT } from './load-info.ts';
import { lockedDown } from './lockdown.ts';
import { KERN, printk } from './log/printk.ts';

/** No key is trusted. */
const noTrustedKey: SignatureVerifier = () => 'ENOKEY';

/** Why a module without a usable signature may not come in when signatures are enforced. */
const REASONS: Partial<Record<ErrnoName, string>> = {
  ENODATA: 'unsigned module',
  ENOPKG: 'module with unsupported crypto',
  ENOKEY: 'module with unavailable key',
};

/**
 * `module_sig_check`, kernel/module/signing.c: cuts the signature off and says whether it is trusted.
 * Sets `length`, `signatureOk` and `signatureError`. Raises what a broken signature raises, EKEYREJECTED when signatures are enforced,
 * EPERM under lockdown.
 */
export function moduleSigCheck(kernel: Kernel, info: LoadInfo): void {
  const errno = checkAppended(kernel, info);
  info.signatureError = errno;
  if (errno === undefined) {
    info.signatureOk = true;
    return;
  }
  const reason = REASONS[errno];
  if (reason === undefined) throw new KernelError(errno);
  if (kernel.options.signatureEnforced) {
    printk(kernel, KERN.NOTICE, `Loading of ${reason} is rejected`);
    throw new KernelError('EKEYREJECTED');
  }
  if (lockedDown(kernel, 'MODULE_SIGNATURE')) throw new KernelError('EPERM');
}

/** The signature's verdict; undefined: good. */
function checkAppended(kernel: Kernel, info: LoadInfo): ErrnoName | undefined {
  const mangled = info.flags & (MODULE_INIT.IGNORE_MODVERSIONS | MODULE_INIT.IGNORE_VERMAGIC);
  const bodyLength = info.length - MODULE_SIG_STRING.length;
  if (mangled || bodyLength <= 0 || !cStringStarts(info.image, bodyLength, MODULE_SIG_STRING)) return 'ENODATA';
  info.length = bodyLength;
  return verifySignature(kernel, info);
}

/** `mod_verify_sig`: the trailer, then the PKCS#7 message. */
function verifySignature(kernel: Kernel, info: LoadInfo): ErrnoName | undefined {
  if (info.length <= MODULE_SIGNATURE_SIZE) return 'EBADMSG';
  if (!versionAtLeast(kernel, 4, 3)) return verifyLegacySignature(kernel, info);
  const trailer = info.image.subarray(info.length - MODULE_SIGNATURE_SIZE, info.length);
  const signatureLength = new DataView(trailer.buffer, trailer.byteOffset).getUint32(8);
  const bad = checkTrailer(kernel, trailer, signatureLength, info.length);
  if (bad) return bad;
  const end = info.length - MODULE_SIGNATURE_SIZE;
  info.length = end - signatureLength;
  const verify = kernel.verifySignature ?? noTrustedKey;
  const before = kernel.nextLogSequence;
  const errno = verify(kernel, info.image.subarray(0, info.length), info.image.subarray(info.length, end));
  if (errno === 'ENOKEY' && asksPlatformKeyring(kernel)) repeatLog(kernel, before);
  return errno;
}

/** Debian's kernels, by a patch of their own, look for an unknown key on the firmware's keyring too. */
function asksPlatformKeyring(kernel: Kernel): boolean {
  return isConfigured(kernel, 'INTEGRITY_PLATFORM_KEYRING') && kernel.profile.version.includes('Debian');
}

/** That keyring is empty, and the message is parsed anew for it: what the parser says, it says again. */
function repeatLog(kernel: Kernel, since: number): void {
  for (const { level, text } of kernel.log.filter(({ sequence }) => sequence >= since)) printk(kernel, level, text);
}

/** `mod_verify_sig` of 3.7 to 4.2, kernel/module_signing.c. */
function verifyLegacySignature(kernel: Kernel, info: LoadInfo): ErrnoName | undefined {
  const signature = readLegacySignature(info.image.subarray(0, info.length));
  if (typeof signature === 'string') return signature;
  info.length = signature.bodyLength;
  const verify = kernel.verifySignature?.legacy ?? (() => 'ENOKEY' as const);
  return verify(kernel, info.image.subarray(0, info.length), signature);
}

/** `mod_check_sig`, kernel/module_signature.c: algo, hash, id_type, signer_len, key_id_len, three of padding, length. */
function checkTrailer(
  kernel: Kernel,
  trailer: Uint8Array,
  signatureLength: number,
  fileLength: number,
): ErrnoName | undefined {
  if (signatureLength >= fileLength - MODULE_SIGNATURE_SIZE) return 'EBADMSG';
  if (trailer[2] !== PKEY_ID_PKCS7) {
    printk(kernel, KERN.ERR, 'module: not signed with expected PKCS#7 message');
    return 'ENOPKG';
  }
  const others = [0, 1, 3, 4, 5, 6, 7];
  if (others.every((at) => trailer[at] === 0)) return undefined;
  printk(kernel, KERN.ERR, 'module: PKCS#7 signature info has unexpected non-zero params');
  return 'EBADMSG';
}
