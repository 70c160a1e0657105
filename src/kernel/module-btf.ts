import { BTF_MAGIC } from '../abi/btf.ts';
import type { ErrnoName } from '../abi/errno.ts';
import { errnoNumber } from '../abi/errno.ts';
import type { Kernel } from './kernel.ts';
import { isConfigured } from './kernel-config.ts';
import { KernelError } from './kernel-error.ts';
import { versionAtLeast } from './kernel-version.ts';
import { imageBytes, type LoadInfo } from './load-info.ts';
import { KERN, printk, printkOnce } from './log/printk.ts';

/** `struct btf_header`, include/uapi/linux/btf.h: magic, version, flags, hdr_len, then offsets and lengths. */
const HEADER_SIZE = 24;
const HDR_LEN_END = 8;
/** ENOTSUPP, include/linux/errno.h: a number that userland has no name for. */
const ENOTSUPP = 524;

/** Said once, since 6.2, where a mismatch is allowed. */
const MISMATCH = 'Kernel module BTF mismatch detected, BTF debug info may be unavailable for some modules';

/** What is wrong with a module's type information: the verifier's line, and the error number. */
interface Fault {
  readonly text: string;
  readonly error: number;
}

/**
 * `btf_module_notify`, kernel/bpf/btf.c: a `.BTF` section whose header or sections are broken is told to the log.
 * Raises EINVAL on kernels that do not allow a mismatch. Types and names are taken for good.
 */
export function checkModuleBtf(kernel: Kernel, info: LoadInfo): void {
  if (!isConfigured(kernel, 'DEBUG_INFO_BTF_MODULES')) return;
  const section = info.view.findSection('.BTF');
  if (section === 0 || info.view.sections.size[section] === 0) return;
  const fault = headerFault(imageBytes(info, section));
  if (!fault) return;
  printk(kernel, KERN.ERR, `BPF: ${fault.text}`);
  const allowed = isConfigured(kernel, 'MODULE_ALLOW_BTF_MISMATCH');
  if (allowed && versionAtLeast(kernel, 6, 2)) printkOnce(kernel, 'BTF mismatch', KERN.WARNING, MISMATCH);
  else printk(kernel, KERN.WARNING, `failed to validate module [${info.module.name}] BTF: -${fault.error}`);
  if (!allowed) throw new KernelError('EINVAL', fault.error);
}

function fault(text: string, errno: ErrnoName = 'EINVAL'): Fault {
  return { text, error: errnoNumber(errno) };
}

/** `btf_parse_hdr`. */
function headerFault(bytes: Uint8Array): Fault | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < HDR_LEN_END) return fault('hdr_len not found');
  const length = view.getUint32(4, true);
  if (bytes.length < length) return fault('btf_header not found');
  if (bytes.subarray(HEADER_SIZE, length).some((byte) => byte !== 0)) return fault('Unsupported btf_header', 'E2BIG');
  if (view.getUint16(0, true) !== BTF_MAGIC) return fault('Invalid magic');
  if (bytes[2] !== 1) return { text: 'Unsupported version', error: ENOTSUPP };
  if (bytes[3] !== 0) return { text: 'Unsupported flags', error: ENOTSUPP };
  return sectionFault(view, bytes.length - length) ?? stringsFault(view, bytes, length);
}

/** A header field; one that a short header does not have is zero. */
function field(view: DataView, at: number): number {
  return at + 4 <= Math.min(view.byteLength, view.getUint32(4, true)) ? view.getUint32(at, true) : 0;
}

/** `btf_check_sec_info`: types and strings fill the rest without gap or overlap. */
function sectionFault(view: DataView, rest: number): Fault | undefined {
  const sections = [8, 16].map((at) => ({ offset: field(view, at), length: field(view, at + 4) }));
  sections.sort((a, b) => a.offset - b.offset || a.length - b.length);
  let total = 0;
  for (const { offset, length } of sections) {
    if (rest < offset) return fault('Invalid section offset');
    if (total < offset) return fault('Unsupported section found');
    if (total > offset) return fault('Section overlap found');
    if (rest - total < length) return fault('Total section length too long');
    total += length;
  }
  return rest === total ? undefined : fault('Unsupported section found');
}

/** `btf_parse_str_sec`. */
function stringsFault(view: DataView, bytes: Uint8Array, headerLength: number): Fault | undefined {
  const length = field(view, 20);
  if (headerLength + field(view, 16) + length !== bytes.length) return fault('String section is not at the end');
  return length > 0 && bytes.at(-1) !== 0 ? fault('Invalid string section') : undefined;
}
