import { SHN, STB_WEAK } from '../../abi/elf.ts';
import { type ErrnoName, errnoNumber } from '../../abi/errno.ts';
import { highWord } from '../../arch/relocation.ts';
import { byteString, cStringStarts, nameLength } from '../../elf/c-string.ts';
import { structsOf } from '../../elf/elf-form.ts';
import type { Address } from '../../memory/address.ts';
import type { Kernel } from '../kernel.ts';
import { KernelError } from '../kernel-error.ts';
import { versionAtLeast } from '../kernel-version.ts';
import { type LoadInfo, sectionContents } from '../load-info.ts';
import { loaderDebug } from '../log/loader-debug.ts';
import { KERN, printk } from '../log/printk.ts';
import { resolveSymbol } from './resolve-symbol.ts';

const TWO_32 = 0x1_0000_0000;

/**
 * `simplify_symbols`, kernel/module/main.c: every `st_value` becomes the symbol's address. All symbols are looked at;
 * raises the errno of the last one that failed.
 */
export function simplifySymbols(kernel: Kernel, info: LoadInfo): void {
  const bytes = sectionContents(info, info.index.sym);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  addSectionBases(info, view);
  const { count, sections } = info.symbols;
  let failed: ErrnoName | undefined;
  for (let i = 1; i < count; i++) {
    const special = sections[i] === SHN.UNDEF || sections[i]! >= info.view.sections.count;
    if (special) failed = simplifySpecial(kernel, info, i, view) ?? failed;
  }
  if (failed) throw new KernelError(failed);
}

/** Adds its section's address to each symbol that has a section, in halves of 32 bits. */
function addSectionBases(info: LoadInfo, view: DataView): void {
  const { symbols } = info;
  const { size, value } = structsOf(info.view.form).symbol;
  const bases = Array.from({ length: info.view.sections.count }, (_, i) => (i === 0 ? 0 : sectionBase(info, i)));
  const lows = Uint32Array.from(bases, (base) => base >>> 0);
  const highs = Uint32Array.from(bases, highWord);
  const wide = info.view.form.bits === 64;
  for (let i = 1, at = size + value; i < symbols.count; i++, at += size) {
    const section = symbols.sections[i]!;
    if (section === SHN.UNDEF || section >= lows.length) continue;
    const low = view.getUint32(at, true) + lows[section]!;
    view.setUint32(at, low, true);
    if (wide) view.setUint32(at + 4, view.getUint32(at + 4, true) + highs[section]! + (low >= TWO_32 ? 1 : 0), true);
  }
}

/** Where a section's symbols count from: per-CPU variables are diverted to the module's per-CPU area. */
function sectionBase({ module, view, index }: LoadInfo, section: number): Address {
  return section === index.pcpu ? module.percpu.base : view.sections.address[section]!;
}

/** A symbol without a section of its own: the errno when it will not do. */
function simplifySpecial(kernel: Kernel, info: LoadInfo, i: number, view: DataView): ErrnoName | undefined {
  const section = info.symbols.sections[i]!;
  const name = info.strtab + info.symbols.names[i]!;
  switch (section) {
    case SHN.ABS:
      loaderDebug(kernel, 'absolute', () => `Absolute symbol: 0x${symbolValue(info, view, i)}`);
      return undefined;
    case SHN.LIVEPATCH:
      return undefined;
    case SHN.COMMON:
      if (cStringStarts(info.image, name, '__gnu_lto')) return undefined;
      loaderDebug(kernel, 'common', () => `Common symbol: ${symbolName(info, i)}`);
      printk(kernel, KERN.WARNING, `${info.module.name}: please compile with -fno-common`);
      return 'ENOEXEC';
    case SHN.UNDEF:
      return resolveUndefined(kernel, info, i, view);
    default:
      return invalidSection(kernel, info, symbolName(info, i), section);
  }
}

function resolveUndefined(kernel: Kernel, info: LoadInfo, i: number, view: DataView): ErrnoName | undefined {
  const name = symbolName(info, i);
  const found = resolveSymbol(kernel, info, name);
  if (typeof found === 'object') {
    writeValue(info, view, i, found.address);
    return undefined;
  }
  const weak = info.symbols.infos[i]! >> 4 === STB_WEAK;
  if (found === undefined && (weak || info.arch.ignoredUndefined.includes(name))) return undefined;
  const errno = found ?? 'ENOENT';
  printk(kernel, KERN.WARNING, `${info.module.name}: Unknown symbol ${name} (err -${errnoNumber(errno)})`);
  return errno;
}

/** Longer names than this differ before it: a damaged file may have a name of megabytes at each symbol. */
const LONGEST_NAME = 4096;

function symbolName({ image, strtab, symbols }: LoadInfo, i: number): string {
  const start = strtab + symbols.names[i]!;
  return byteString(image, start, start + Math.min(nameLength(image, start), LONGEST_NAME));
}

/** Before 5.12 nobody looked, and the symbol counted from whatever stood behind the section headers. */
function invalidSection(kernel: Kernel, info: LoadInfo, name: string, section: number): ErrnoName | undefined {
  if (!versionAtLeast(kernel, 5, 12)) return undefined;
  const text = `Symbol ${name} has an invalid section index ${section} (max ${info.view.sections.count - 1})`;
  printk(kernel, KERN.ERR, `${info.module.name}: ${text}`);
  return 'ENOEXEC';
}

/** `st_value`, `%08lx`. */
function symbolValue(info: LoadInfo, view: DataView, i: number): string {
  const { size, value } = structsOf(info.view.form).symbol;
  const at = i * size + value;
  const bits = info.view.form.bits === 64 ? view.getBigUint64(at, true) : view.getUint32(at, true);
  return bits.toString(16).padStart(8, '0');
}

/** `st_value = address`. */
function writeValue(info: LoadInfo, view: DataView, i: number, address: Address): void {
  const { size, value } = structsOf(info.view.form).symbol;
  view.setUint32(i * size + value, address, true);
  if (info.view.form.bits === 64) view.setUint32(i * size + value + 4, highWord(address), true);
}
