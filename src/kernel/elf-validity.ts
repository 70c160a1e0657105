import { ET_REL, SHF, SHN, SHT } from '../abi/elf.ts';
import { hasElfMagic, structsOf } from '../elf/elf-form.ts';
import type { Kernel } from './kernel.ts';
import { KernelError } from './kernel-error.ts';
import { isVersionWithin, versionAtLeast } from './kernel-version.ts';
import type { LoadInfo } from './load-info.ts';
import { KERN, printk } from './log/printk.ts';

/** What is wrong with a file. `always`: kernels before 5.16 say it too. */
interface Fault {
  readonly text: string;
  readonly always?: boolean;
}

/** What a check finds: undefined when it passes. */
type Check = (info: LoadInfo) => string | Fault | undefined;

/** `elf_validity_check`, kernel/module/main.c of 6.1, in its order; each check may rely on those before it. */
const CHECKS: readonly { readonly find: Check; readonly since?: readonly [number, number] }[] = [
  { find: headerLength },
  { find: headerMagic },
  { find: headerType },
  { find: headerMachine },
  { find: headerEntrySize },
  { find: headerTable },
  { find: nameTableIndex },
  { find: nameTableBounds },
  { find: nameTableFilled, since: [5, 17] },
  { find: nameTableTerminated },
  { find: firstSection },
  { find: allSections },
];

/** What kernels before 5.16 say of any malformed file: kernel/module.c, `load_module`. */
const OLD_WORDS = 'Module has invalid ELF structures';

/** `elf_validity_check`: raises ENOEXEC, with a line that says why, unless the headers can be relied on. */
export function elfValidityCheck(kernel: Kernel, info: LoadInfo): void {
  for (const { find, since } of CHECKS) {
    if (!isVersionWithin(kernel, since)) continue;
    const found = find(info);
    if (found === undefined) continue;
    complain(kernel, typeof found === 'string' ? { text: found } : found);
    throw new KernelError('ENOEXEC');
  }
}

function complain(kernel: Kernel, { text, always }: Fault): void {
  const old = !versionAtLeast(kernel, 5, 16);
  if (always || !old) printk(kernel, KERN.ERR, text);
  if (old) printk(kernel, KERN.ERR, OLD_WORDS);
}

function headerLength(info: LoadInfo): string | undefined {
  return info.length < structsOf(info.arch.form).header.size ? `Invalid ELF header len ${info.length}` : undefined;
}

function headerMagic(info: LoadInfo): string | undefined {
  return hasElfMagic(info.image) ? undefined : 'Invalid ELF header magic: != \x7fELF';
}

function headerType({ view }: LoadInfo): string | undefined {
  const { type } = view.header;
  return type === ET_REL ? undefined : `Invalid ELF header type: ${type} != ${ET_REL}`;
}

function headerMachine({ view, arch }: LoadInfo): string | undefined {
  const { machine } = view.header;
  return machine === arch.elfMachine ? undefined : `Invalid architecture in ELF header: ${machine}`;
}

function headerEntrySize({ view, arch }: LoadInfo): string | undefined {
  return view.header.shentsize === structsOf(arch.form).section.size ? undefined : 'Invalid ELF section header size';
}

function headerTable({ view, arch, length }: LoadInfo): string | undefined {
  const { shoff, shnum } = view.header;
  const fits = shoff < length && shnum * structsOf(arch.form).section.size <= length - shoff;
  return fits ? undefined : 'Invalid ELF section header overflow';
}

function nameTableIndex({ view }: LoadInfo): string | undefined {
  const { shstrndx, shnum } = view.header;
  if (shstrndx !== SHN.UNDEF && shstrndx < shnum) return undefined;
  return `Invalid ELF section name index: ${shstrndx} || e_shstrndx (${shstrndx}) >= e_shnum (${shnum})`;
}

function nameTableBounds(info: LoadInfo): string | undefined {
  const { shstrndx } = info.view.header;
  return withinFile(info, shstrndx) ? undefined : `Invalid ELF section hdr(type ${info.view.sections.type[shstrndx]})`;
}

function nameTableFilled({ view }: LoadInfo): string | undefined {
  return view.sections.size[view.header.shstrndx] === 0 ? 'empty section name table' : undefined;
}

function nameTableTerminated({ view, image }: LoadInfo): string | undefined {
  const { offset, size } = view.sections;
  const last = offset[view.header.shstrndx]! + size[view.header.shstrndx]! - 1;
  return image[last] === 0 ? undefined : "ELF Spec violation: section name table isn't null terminated";
}

function firstSection({ view }: LoadInfo): string | undefined {
  const { type, size, address } = view.sections;
  if (type[0] === SHT.NULL && size[0] === 0 && address[0] === 0) return undefined;
  return `ELF Spec violation: section 0 type(${type[0]! | 0})!=SH_NULL or non-zero len or addr`;
}

function allSections(info: LoadInfo): string | Fault | undefined {
  for (let i = 1; i < info.view.sections.count; i++) {
    const wrong = oneSection(info, i);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function oneSection(info: LoadInfo, i: number): string | Fault | undefined {
  const { sections, header } = info.view;
  const type = sections.type[i]!;
  if (type === SHT.NULL || type === SHT.NOBITS) return undefined;
  const link = sections.link[i]!;
  if (type === SHT.SYMTAB && (link === SHN.UNDEF || link >= header.shnum)) {
    return `Invalid ELF sh_link!=SHN_UNDEF(${link | 0}) or (sh_link(${link | 0}) >= hdr->e_shnum(${header.shnum})`;
  }
  if (!withinFile(info, i)) return { text: `Invalid ELF section in module (section ${i} type ${type})`, always: true };
  const named = sections.name[i]! < sections.size[header.shstrndx]!;
  if (named || !(sections.flags[i]! & SHF.ALLOC)) return undefined;
  return { text: `Invalid ELF section name in module (section ${i} type ${type})`, always: true };
}

/** `validate_section_offset`: a sum beyond 64 bits is beyond the file too. */
function withinFile({ view, length }: LoadInfo, i: number): boolean {
  return view.sections.offset[i]! + view.sections.size[i]! <= length;
}
