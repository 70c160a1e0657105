import { cStringEquals } from '../../elf/c-string.ts';
import type { Address } from '../../memory/address.ts';
import type { Kernel } from '../kernel.ts';
import type { Module } from '../module.ts';
import { symbolsInMemory } from './module-symbols.ts';

const DIGITS = bytesOf('0123456789abcdef');
const BLANK = 0x20;
/** Bytes of a line before the name. */
const DIGITS_SIZE = 19;
/** Bytes that most lines do not exceed, on average. */
const USUAL_LINE = 64;
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
  let text = new Uint8Array(symbols.count * USUAL_LINE);
  let at = 0;
  for (let i = 0; i < symbols.count; i++) {
    const name = symbols.names[i]!;
    if (!strings[name]) continue;
    const isOpen =
      exported.size > 0 && exported.get(symbols.address(i))?.some((other) => cStringEquals(strings, name, other));
    if (at + DIGITS_SIZE > text.length) text = enlarged(text, DIGITS_SIZE);
    at = putHex(text, at, symbols.addressHigh(i));
    at = putHex(text, at, symbols.addressLow(i));
    text[at] = BLANK;
    text[at + 1] = isOpen ? capital(letters[i]!) : letters[i]! | SMALL;
    text[at + 2] = BLANK;
    at += 3;
    for (let from = name; from < strings.length && strings[from] !== 0; from++, at++) {
      if (at === text.length) text = enlarged(text, 1);
      text[at] = strings[from]!;
    }
    if (at + end.length > text.length) text = enlarged(text, end.length);
    at = copy(end, end.length, text, at);
  }
  return text.subarray(0, at);
}

/** The same bytes with room for `more` behind them, and for as many again as there are. */
function enlarged(text: Uint8Array<ArrayBuffer>, more: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(text.length * 2 + more);
  larger.set(text);
  return larger;
}

/** The exports that any module may use: names by address. */
function openExports(module: Module): Map<Address, string[]> {
  const found = new Map<Address, string[]>();
  for (const { name, address, gplOnly } of module.exports) {
    if (!gplOnly) found.set(address, [...(found.get(address) ?? []), name]);
  }
  return found;
}

function capital(letter: number): number {
  return letter >= A && letter <= Z ? letter & ~SMALL : letter;
}

/** `%08x`: eight digits. Where the next byte goes. */
function putHex(text: Uint8Array, at: number, word: number): number {
  for (let i = 0; i < 8; i++) text[at + i] = DIGITS[(word >>> (28 - 4 * i)) & 15]!;
  return at + 8;
}

function copy(from: Uint8Array, length: number, to: Uint8Array, at: number): number {
  for (let i = 0; i < length; i++) to[at + i] = from[i]!;
  return at + length;
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
