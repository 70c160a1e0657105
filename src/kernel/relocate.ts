import { SHF, SHT } from '../abi/elf.ts';
import type { Address } from '../memory/address.ts';
import type { Kernel } from './kernel.ts';
import { KernelError } from './kernel-error.ts';
import { versionAtLeast } from './kernel-version.ts';
import { AREA, imageBytes, type LoadInfo } from './load-info.ts';
import { hashedPointer } from './log/hashed-pointer.ts';
import { KERN, printk } from './log/printk.ts';

/** `apply_relocations`, kernel/module/main.c: all relocation sections of sections that are in memory. Raises ENOEXEC. */
export function applyRelocations(kernel: Kernel, info: LoadInfo): void {
  const { flags, type, info: target, count } = info.view.sections;
  for (let i = 1; i < count; i++) {
    if (target[i]! >= count || !(flags[target[i]!]! & SHF.ALLOC)) continue;
    if (flags[i]! & SHF.RELA_LIVEPATCH) livepatchRelocations(kernel, info, i);
    else if (type[i] === SHT.REL || type[i] === SHT.RELA) applySection(kernel, info, i);
  }
}

/** `apply_relocate_add` or `apply_relocate`; each architecture has one of the two. */
function applySection(kernel: Kernel, info: LoadInfo, section: number): void {
  const { arch, module, view } = info;
  if ((view.sections.type[section] === SHT.RELA ? 'rela' : 'rel') !== arch.relocationSection) {
    printk(kernel, KERN.ERR, `module ${module.name}: REL relocation unsupported`);
    throw new KernelError('ENOEXEC');
  }
  const symbols = memoryFrom(info, info.index.sym);
  const target = memoryFrom(info, view.sections.info[section]!);
  const failure = arch.applyRelocations({
    entries: dataView(imageBytes(info, section)),
    symbols: dataView(symbols.bytes),
    symbolsAddress: symbols.address,
    target: dataView(target.bytes),
    targetAddress: target.address,
    elsewhere: (address, size, access) => dataView(kernel.memory.view(address, size, access)),
  });
  if (!failure) return;
  info.failedRelocation = { section: view.sections.info[section]!, failure };
  const isSince = (major: number, minor: number): boolean => versionAtLeast(kernel, major, minor);
  const lines = arch.describeFailure(failure, module.name, hashedPointer, isSince);
  for (const line of lines) printk(kernel, KERN.ERR, line);
  throw new KernelError('ENOEXEC');
}

/** The module's memory from the start of a section to the end of its area. */
function memoryFrom(info: LoadInfo, section: number): { bytes: Uint8Array; address: Address } {
  const { entrySize, address } = info.view.sections;
  const area = info.area[section] === AREA.INIT ? info.init : info.core;
  return { bytes: area.subarray(entrySize[section]), address: address[section]! };
}

function dataView(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** `klp_apply_section_relocs`, kernel/livepatch/core.c: sections for another object wait until that is loaded. */
function livepatchRelocations(kernel: Kernel, info: LoadInfo, section: number): void {
  const name = info.view.sectionName(section);
  const object = /^\.klp\.rela\.([^.]{1,55})/.exec(name)?.[1];
  if (object === undefined) {
    printk(kernel, KERN.ERR, `livepatch: section ${name} has an incorrectly formatted name`);
    throw new KernelError('EINVAL');
  }
  if (object === 'vmlinux') applySection(kernel, info, section);
}
