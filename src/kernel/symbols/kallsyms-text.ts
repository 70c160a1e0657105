import { cStringEquals, cStringLength } from '../../elf/c-string.ts';
import type { Address } from '../../memory/address.ts';
import type { Kernel } from '../kernel.ts';
import type { Module } from '../module.ts';
import { type SymbolsInMemory, symbolsInMemory } from './module-symbols.ts';

const DIGITS = bytesOf('0123456789abcdef');
const BLANK = 0x20;
/** The bit by which a small letter of ASCII differs from the capital one. */
const SMALL = 0x20;
const A = 0x61;
const Z = 0x7a;

/**
 * A module's lines of /proc/kallsyms (kernel: `s_show`, kernel/kallsyms.c). A capital letter: exported to all
 * (`is_exported`). Bytes, and nothing is allocated for a symbol: large modules have tens of thousands of them.
 */
export function moduleKallsyms(kernel: Kernel, module: Module): Uint8Array {
  const table = symbolsInMemory(kernel, module.init.size > 0 ? module.initKallsyms : module.kallsyms);
  if (!table) return new Uint8Array(0);
  const { symbols, strings, letters } = table;
  const exported = openExports(module);
  const end = bytesOf(`\t[${module.name}]\n`);
  const text = new Uint8Array(textLength(table, end.length));
  let at = 0;
  for (let i = 0; i < symbols.count; i++) {
    const name = symbols.names[i]!;
    const length = cStringLength(strings, name);
    if (length === 0) continue;
    const isOpen =
      exported.size > 0 && exported.get(symbols.address(i))?.some((other) => cStringEquals(strings, name, other));
    at = putHex(text, at, symbols.addressHigh(i));
    at = putHex(text, at, symbols.addressLow(i));
    text[at] = BLANK;
    text[at + 1] = isOpen ? capital(letters[i]!) : letters[i]! | SMALL;
    text[at + 2] = BLANK;
    at = copy(strings, name, length, text, at + 3);
    at = copy(end, 0, end.length, text, at);
  }
  return text;
}

/** The exports that any module may use: names by address. */
function openExports(module: Module): Map<Address, string[]> {
  const found = new Map<Address, string[]>();
  for (const { name, address, gplOnly } of module.exports) {
    if (!gplOnly) found.set(address, [...(found.get(address) ?? []), name]);
  }
  return found;
}

function textLength({ symbols, strings }: SymbolsInMemory, endLength: number): number {
  let length = 0;
  for (let i = 0; i < symbols.count; i++) {
    const name = cStringLength(strings, symbols.names[i]!);
    if (name > 0) length += 16 + 3 + name + endLength;
  }
  return length;
}

function capital(letter: number): number {
  return letter >= A && letter <= Z ? letter & ~SMALL : letter;
}

/** `%08x`: eight digits. Where the next byte goes. */
function putHex(text: Uint8Array, at: number, word: number): number {
  for (let i = 0; i < 8; i++) text[at + i] = DIGITS[(word >>> (28 - 4 * i)) & 15]!;
  return at + 8;
}

function copy(from: Uint8Array, start: number, length: number, to: Uint8Array, at: number): number {
  for (let i = 0; i < length; i++) to[at + i] = from[start + i]!;
  return at + length;
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
