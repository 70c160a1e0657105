import { SHN, STB_WEAK } from '../abi/elf.ts';
import { type ErrnoName, errnoNumber } from '../abi/errno.ts';
import { highWord } from '../arch/relocation.ts';
import { cString, cStringStarts } from '../elf/c-string.ts';
import { structsOf } from '../elf/elf-form.ts';
import { SymbolTable } from '../elf/symbol-table.ts';
import type { Address } from '../memory/address.ts';
import type { Kernel } from './kernel.ts';
import { KernelError } from './kernel-error.ts';
import { versionAtLeast } from './kernel-version.ts';
import { type LoadInfo, sectionContents } from './load-info.ts';
import { KERN, printk } from './printk.ts';
import { resolveSymbol } from './resolve-symbol.ts';

/** The symbol table that is being made final, with the section addresses as halves. */
class SymbolWriter {
  readonly #view: DataView;
  readonly #info: LoadInfo;
  readonly #size: number;
  readonly #value: number;

  constructor(info: LoadInfo, bytes: Uint8Array) {
    const { symbol } = structsOf(info.view.form);
    this.#info = info;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#size = symbol.size;
    this.#value = symbol.value;
  }

  /** `st_value = address`. */
  set(i: number, address: Address): void {
    this.#write(i, address >>> 0, highWord(address));
  }

  /** `st_value += address`, modulo the word size. */
  add(i: number, address: Address): void {
    const at = i * this.#size + this.#value;
    const low = this.#view.getUint32(at, true) + (address >>> 0);
    const high = this.#info.view.form.bits === 32 ? 0 : this.#view.getUint32(at + 4, true);
    this.#write(i, low, high + highWord(address) + (low >= 0x1_0000_0000 ? 1 : 0));
  }

  #write(i: number, low: number, high: number): void {
    const at = i * this.#size + this.#value;
    this.#view.setUint32(at, low, true);
    if (this.#info.view.form.bits === 64) this.#view.setUint32(at + 4, high, true);
  }
}

/**
 * `simplify_symbols`, kernel/module/main.c: every `st_value` becomes the symbol's address. All symbols are looked at;
 * raises the errno of the last one that failed.
 */
export function simplifySymbols(kernel: Kernel, info: LoadInfo): void {
  const bytes = sectionContents(info, info.index.sym);
  const symbols = new SymbolTable(bytes, info.view.form);
  const writer = new SymbolWriter(info, bytes);
  let failed: ErrnoName | undefined;
  for (let i = 1; i < symbols.count; i++) {
    const section = symbols.section(i);
    if (section !== SHN.UNDEF && section < info.view.sections.count) writer.add(i, sectionBase(info, section));
    else failed = simplifySpecial(kernel, info, symbols, i, writer) ?? failed;
  }
  if (failed) throw new KernelError(failed);
}

/** Where a section's symbols count from: per-CPU variables are diverted to the module's per-CPU area. */
function sectionBase({ module, view, index }: LoadInfo, section: number): Address {
  return section === index.pcpu ? module.percpu.base : view.sections.address[section]!;
}

/** A symbol without a section of its own: the errno when it will not do. */
function simplifySpecial(
  kernel: Kernel,
  info: LoadInfo,
  symbols: SymbolTable,
  i: number,
  writer: SymbolWriter,
): ErrnoName | undefined {
  const section = symbols.section(i);
  const name = info.strtab + symbols.name(i);
  switch (section) {
    case SHN.ABS:
    case SHN.LIVEPATCH:
      return undefined;
    case SHN.COMMON:
      if (cStringStarts(info.image, name, '__gnu_lto')) return undefined;
      printk(kernel, KERN.WARNING, `${info.module.name}: please compile with -fno-common`);
      return 'ENOEXEC';
    case SHN.UNDEF:
      return resolveUndefined(kernel, info, symbols, i, writer);
    default:
      return invalidSection(kernel, info, cString(info.image, name), section);
  }
}

function resolveUndefined(
  kernel: Kernel,
  info: LoadInfo,
  symbols: SymbolTable,
  i: number,
  writer: SymbolWriter,
): ErrnoName | undefined {
  const name = cString(info.image, info.strtab + symbols.name(i));
  const found = resolveSymbol(kernel, info, name);
  if (typeof found === 'object') {
    writer.set(i, found.address);
    return undefined;
  }
  const weak = symbols.info(i) >> 4 === STB_WEAK;
  if (found === undefined && (weak || info.arch.ignoredUndefined.includes(name))) return undefined;
  const errno = found ?? 'ENOENT';
  printk(kernel, KERN.WARNING, `${info.module.name}: Unknown symbol ${name} (err -${errnoNumber(errno)})`);
  return errno;
}

/** Before 5.12 nobody looked, and the symbol counted from whatever stood behind the section headers. */
function invalidSection(kernel: Kernel, info: LoadInfo, name: string, section: number): ErrnoName | undefined {
  if (!versionAtLeast(kernel, 5, 12)) return undefined;
  const text = `Symbol ${name} has an invalid section index ${section} (max ${info.view.sections.count - 1})`;
  printk(kernel, KERN.ERR, `${info.module.name}: ${text}`);
  return 'ENOEXEC';
}
