import { SHF } from '../../abi/elf.ts';
import { ByteView } from '../../elf/byte-view.ts';
import { cString } from '../../elf/c-string.ts';
import type { Kernel } from '../kernel.ts';
import { KernelError } from '../kernel-error.ts';
import { clearFlag, findSec, imageBytes, type LoadInfo, MODULE_INIT } from '../load-info.ts';
import { KERN, storeMessage } from '../log/printk.ts';

/**
 * `elf_validity_cache_index_versions`, kernel/module/main.c from 6.14 on: CRCs and names of any length in two sections
 * of their own, which count in place of `__versions`. Sets `extendedVersions`. Raises ENOEXEC.
 */
export function readExtendedVersions(kernel: Kernel, info: LoadInfo): void {
  if (info.flags & MODULE_INIT.IGNORE_MODVERSIONS) return;
  const [crcs, names] = [findSec(info, '__version_ext_crcs'), findSec(info, '__version_ext_names')];
  if ((crcs === 0) !== (names === 0)) refuse(kernel, 'extended version crc+name presence does not match');
  if (crcs === 0) return;
  info.extendedVersions = pair(kernel, info, crcs, names);
  for (const section of [crcs, names]) clearFlag(info.view.sections, section, SHF.ALLOC);
}

/** Of equal names the first counts. */
function pair(kernel: Kernel, info: LoadInfo, crcs: number, names: number): ReadonlyMap<string, number> {
  const words = new ByteView(imageBytes(info, crcs), info.view.form);
  const text = imageBytes(info, names);
  const versions = new Map<string, number>();
  let at = 0;
  for (let i = 0; i + 4 <= info.view.sections.size[crcs]!; i += 4) {
    const end = text.indexOf(0, at);
    if (end < 0) refuse(kernel, 'more extended version crcs than names');
    const name = cString(text, at);
    if (!versions.has(name)) versions.set(name, words.u32(i));
    at = end + 1;
  }
  return versions;
}

/** These lines have no newline at their end. */
function refuse(kernel: Kernel, text: string): never {
  storeMessage(kernel, KERN.ERR, text);
  throw new KernelError('ENOEXEC');
}
