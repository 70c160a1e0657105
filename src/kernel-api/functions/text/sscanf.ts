import { isSpace } from '../../../kernel/params/kstrtox.ts';
import { addressFromBits } from '../../../memory/address.ts';
import type { AddressSpace } from '../../../memory/address-space.ts';
import type { FormatArguments } from '../../vsprintf/format-context.ts';
import { leadingNumber } from './parse-integer.ts';

/** One conversion of a scan format. */
interface Conversion {
  readonly width: number;
  readonly qualifier: string;
  readonly letter: string;
  /** The characters of `%5[…]`, which needs a width and knows no ranges, and whether they are the ones not taken. */
  readonly set: string;
  readonly negated: boolean;
}

const CONVERSION = /^%(\d*)(hh|ll|[hlLzt]?)(\[(\^?)([^\]]+)\]|.)/s;
const BASES: Readonly<Record<string, number>> = { o: 8, x: 16, X: 16, i: 0, d: 10, u: 10 };
const SIZES: Readonly<Record<string, 1 | 2 | 4 | 8>> = { hh: 1, h: 2, l: 8, ll: 8, L: 8, z: 8, t: 8 };
/** A conversion without a place to store to, with all that follows it up to a space or the next. */
const SUPPRESSED = /^%[^\t-\r \xa0%]*/;
/** What a number may begin with, a base each. */
const FIRST_DIGIT: Readonly<Record<number, RegExp>> = { 0: /^\d/, 8: /^[0-7]/, 10: /^\d/, 16: /^[0-9a-fA-F]/ };

/** Where a scan stands. */
class Scanner {
  readonly text: string;
  readonly memory: AddressSpace;
  readonly args: FormatArguments;
  at = 0;
  assigned = 0;

  constructor(memory: AddressSpace, text: string, args: FormatArguments) {
    this.memory = memory;
    this.text = text;
    this.args = args;
  }

  skipSpaces(): void {
    while (this.at < this.text.length && isSpace(this.text[this.at])) this.at++;
  }

  /** `%*d` and its like: whatever stands there up to a space. False at the end of the input. */
  skipWord(): boolean {
    const isThere = this.at < this.text.length;
    while (this.at < this.text.length && !isSpace(this.text[this.at])) this.at++;
    return isThere;
  }

  /** Does one conversion; false when the input does not fit. */
  convert(conversion: Conversion): boolean {
    const { letter } = conversion;
    if (letter === '%') return this.text[this.at++] === '%';
    if (letter === 'n') return this.store(conversion, BigInt(this.at), false);
    if (letter === 'c') return this.characters(conversion);
    if (letter === 's' || letter === '[') return this.string(conversion);
    return letter in BASES && this.number(conversion);
  }

  private characters(conversion: Conversion): boolean {
    const count = conversion.width || 1;
    const text = this.text.slice(this.at, this.at + count);
    if (text === '') return false;
    this.at += text.length;
    return this.put(text);
  }

  private string(conversion: Conversion): boolean {
    const { letter, width, set, negated } = conversion;
    if (letter === '[' && (width === 0 || set === '')) return false;
    if (letter === 's') this.skipSpaces();
    const takes = (char: string): boolean => (letter === 's' ? !isSpace(char) : set.includes(char) !== negated);
    const start = this.at;
    const limit = width || Number.POSITIVE_INFINITY;
    while (this.at < this.text.length && this.at - start < limit && takes(this.text[this.at]!)) this.at++;
    if (this.at === start) return false;
    return this.put(`${this.text.slice(start, this.at)}\0`);
  }

  private put(text: string): boolean {
    const target = addressFromBits(this.args.next());
    const bytes = this.memory.view(target, text.length, 'write');
    for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
    this.assigned++;
    return true;
  }

  private number(conversion: Conversion): boolean {
    this.skipSpaces();
    const { letter, width } = conversion;
    const limit = width || Number.POSITIVE_INFINITY;
    const base = BASES[letter]!;
    const sign = (letter === 'd' || letter === 'i') && this.text[this.at] === '-' ? 1 : 0;
    const body = this.text.slice(this.at + sign);
    if (limit <= sign || !FIRST_DIGIT[base]!.test(body)) return false;
    const { value, length } = leadingNumber(body, base, limit - sign);
    this.at += sign + length;
    return this.store(conversion, sign === 1 ? -value : value, true);
  }

  private store({ qualifier }: Conversion, value: bigint, counts: boolean): boolean {
    const target = addressFromBits(this.args.next());
    const size = SIZES[qualifier] ?? 4;
    const bytes = this.memory.view(target, size, 'write');
    for (let index = 0; index < size; index++) bytes[index] = Number((value >> BigInt(8 * index)) & 0xffn);
    if (counts) this.assigned++;
    return true;
  }
}

function readConversion(format: string): { conversion: Conversion; length: number } | undefined {
  const found = CONVERSION.exec(format);
  if (!found) return undefined;
  const letter = found[3]![0]!;
  const conversion = {
    width: Number(found[1]),
    qualifier: found[2]!,
    letter,
    set: found[5] ?? '',
    negated: found[4] === '^',
  };
  return { conversion, length: found[0].length };
}

/** `vsscanf`, lib/vsprintf.c: how many values were stored. Raises GuestFault. */
export function scan(memory: AddressSpace, text: string, format: string, args: FormatArguments): number {
  const scanner = new Scanner(memory, text, args);
  for (let at = 0; at < format.length; ) {
    const char = format[at]!;
    if (isSpace(char)) {
      scanner.skipSpaces();
      at++;
    } else if (format.startsWith('%*', at)) {
      const word = SUPPRESSED.exec(format.slice(at))![0];
      if (word.includes('[') || !scanner.skipWord()) break;
      at += word.length;
    } else if (char !== '%') {
      if (scanner.text[scanner.at] !== char) break;
      scanner.at++;
      at++;
    } else {
      const read = readConversion(format.slice(at));
      if (!read) break;
      const ended = scanner.at >= text.length && read.conversion.letter !== 'n';
      if (ended || !scanner.convert(read.conversion)) break;
      at += read.length;
    }
  }
  return scanner.assigned;
}
