import { EM, SHF } from '../../src/abi/elf.ts';
import { ELF32_LE, ELF64_LE, type ElfForm } from '../../src/elf/elf-form.ts';
import { type BuiltSection, buildElf } from '../elf/build-elf.ts';

/** One export of a kernel to build. */
export interface BuiltExport {
  readonly name: string;
  readonly crc: number;
  readonly gplOnly: boolean;
  readonly namespace: string;
}

/** How a kernel's tables of exports are written. */
export interface TableShape {
  readonly bits: 32 | 64;
  /** Distances (PREL32) or addresses. */
  readonly entries: 'relative' | 'absolute';
  readonly namespaces: boolean;
  readonly crcs: 'plain' | 'relative' | 'none';
}

export const TODAY: TableShape = { bits: 64, entries: 'relative', namespaces: true, crcs: 'plain' };

export const EXPORTS: readonly BuiltExport[] = [
  { name: 'alpha', crc: 0x11111111, gplOnly: false, namespace: '' },
  { name: 'beta', crc: 0xffffffff, gplOnly: false, namespace: 'BUF' },
  { name: 'crypt', crc: 0x80000001, gplOnly: true, namespace: '' },
];

const BANNER =
  'Linux version 6.1.0-9-test (someone@somewhere) (gcc-12 (Debian 12.2.0-14) 12.2.0) #1 SMP Test 6.1.99-1 (2026-01-01)\n\0';
const TEXT = '\0' + '6.1.0-9-test SMP mod_unload \0';

/** A vmlinux with these exports, banner and vermagic. Code stands at address `base`, tables behind. */
export function buildKernel(shape: TableShape, exports = EXPORTS, more: readonly BuiltSection[] = []): Uint8Array {
  const form: ElfForm = shape.bits === 64 ? ELF64_LE : ELF32_LE;
  const base = shape.bits === 64 ? -0x7f000000 : 0xc1000000;
  const strings = new Strings(base + 0x10000);
  const sections: BuiltSection[] = [
    { name: '.rodata', address: base + 0x1000, content: Buffer.from(BANNER + TEXT, 'latin1') },
  ];
  let at = base + 0x2000;
  for (const [suffix, gplOnly] of [
    ['', false],
    ['_gpl', true],
  ] as const) {
    const rows = exports.filter((row) => row.gplOnly === gplOnly);
    const table = symbolTable(shape, at, rows, base, strings);
    sections.push({ name: `__ksymtab${suffix}`, address: at, content: table });
    at += table.length + 64;
    if (shape.crcs === 'none') continue;
    const values = base + 0x8000 + (at % 4096);
    sections.push({ name: `__kcrctab${suffix}`, address: at, content: crcTable(shape, at, values, rows) });
    if (shape.crcs === 'relative')
      sections.push({ name: '.rodata.crc', address: values, content: words(rows.map(({ crc }) => crc)) });
    at += rows.length * 4 + 64;
  }
  sections.push({ name: '__ksymtab_strings', address: base + 0x10000, content: strings.bytes() });
  return buildElf(
    form,
    shape.bits === 64 ? EM.X86_64 : EM.I386,
    [...sections, ...more].map((section) => ({ ...section, flags: SHF.ALLOC })),
  );
}

class Strings {
  readonly #base: number;
  #text = '\0';

  constructor(base: number) {
    this.#base = base;
  }

  at(text: string): number {
    const found = this.#text.indexOf(`${text}\0`);
    if (found >= 0) return this.#base + found;
    this.#text += `${text}\0`;
    return this.#base + this.#text.length - text.length - 1;
  }

  bytes(): Uint8Array {
    return Buffer.from(this.#text, 'latin1');
  }
}

function symbolTable(shape: TableShape, at: number, rows: readonly BuiltExport[], base: number, strings: Strings) {
  const wide = shape.entries === 'absolute' && shape.bits === 64;
  const fields = shape.namespaces ? 3 : 2;
  const bytes = new Uint8Array(rows.length * fields * (wide ? 8 : 4));
  const view = new DataView(bytes.buffer);
  for (const [i, row] of rows.entries()) {
    const targets = [base + 16 * i, strings.at(row.name), row.namespace === '' ? undefined : strings.at(row.namespace)];
    for (const [field, target = 0] of targets.slice(0, fields).entries()) {
      const offset = (i * fields + field) * (wide ? 8 : 4);
      if (wide) view.setBigInt64(offset, BigInt(target), true);
      else view.setInt32(offset, shape.entries === 'absolute' || target === 0 ? target : target - (at + offset), true);
    }
  }
  return bytes;
}

function crcTable(shape: TableShape, at: number, values: number, rows: readonly BuiltExport[]): Uint8Array {
  return words(rows.map(({ crc }, i) => (shape.crcs === 'relative' ? values + i * 4 - (at + i * 4) : crc)));
}

function words(values: readonly number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(values, (value) => value >>> 0).buffer);
}
