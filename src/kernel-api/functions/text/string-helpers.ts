import { E2BIG } from '../../../abi/negative-errno.ts';
import { isSpace } from '../../../kernel/params/kstrtox.ts';
import type { Address } from '../../../memory/address.ts';
import { writeBytes } from '../../guest-text.ts';
import type { GuestCall } from '../../kernel-function.ts';

/** `strncmp`: -1, 0 or 1 as the left string stands before, at or behind the right one; reads no more than it has to. */
export function compare(call: GuestCall, count: number): number {
  const [left, right] = [call.pointer(0), call.pointer(1)];
  for (let index = 0; index < count; index++) {
    const [a, b] = [call.memory.readU8(left + index), call.memory.readU8(right + index)];
    if (a !== b) return a < b ? -1 : 1;
    if (a === 0) break;
  }
  return 0;
}

/** `tolower` of each character. */
export function lower(text: string): string {
  return text.replace(/[A-Z\xc0-\xd6\xd8-\xde]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 32));
}

/** The address of a position in a string, or NULL when it is negative. */
export function addressOf(start: Address, position: number): Address {
  return position < 0 ? 0 : start + position;
}

/** Writes a C string; gives back its place. */
export function copyString(call: GuestCall, target: Address, text: string): Address {
  writeBytes(call.session, target, `${text}\0`);
  return target;
}

/** `strscpy`: the length, or -E2BIG when it had to be cut. */
export function strscpy(call: GuestCall): number {
  const [target, text, size] = [call.pointer(0), call.string(1), call.size(2)];
  if (size === 0) return E2BIG;
  writeBytes(call.session, target, lastWordFilled(`${text.slice(0, size - 1)}\0`, size));
  return text.length >= size ? E2BIG : text.length;
}

const WORD = 8;

/** Words are copied as long as there is room for them: zeros fill up the one that the string ends in. */
function lastWordFilled(text: string, size: number): string {
  const filled = Math.ceil(text.length / WORD) * WORD;
  return filled <= size ? text.padEnd(filled, '\0') : text;
}

/** `strlcpy`: the length of the source. */
export function strlcpy(call: GuestCall): number {
  const [target, text, size] = [call.pointer(0), call.string(1), call.size(2)];
  if (size > 0) copyString(call, target, text.slice(0, size - 1));
  return text.length;
}

/** `strlcat`: the length that it tried to make. */
export function strlcat(call: GuestCall): number {
  const [target, before, text, size] = [call.pointer(0), call.string(0), call.string(1), call.size(2)];
  copyString(call, target, (before + text).slice(0, Math.max(0, size - 1)));
  return before.length + text.length;
}

/** `strncpy`: pads with zeroes. */
export function strncpy(call: GuestCall): Address {
  const [target, count] = [call.pointer(0), call.size(2)];
  writeBytes(call.session, target, call.memory.readCString(call.pointer(1), count).padEnd(count, '\0'));
  return target;
}

/** `strsep`: cuts at the first of the delimiters and moves the pointer behind it. */
export function strsep(call: GuestCall): Address {
  const [place, delimiters] = [call.pointer(0), call.string(1)];
  const start = call.memory.readPointer(place);
  if (start === 0) return 0;
  const text = call.memory.readCString(start);
  const cut = [...text].findIndex((char) => delimiters.includes(char));
  if (cut >= 0) call.memory.writeU8(start + cut, 0);
  call.memory.writePointer(place, cut < 0 ? 0 : start + cut + 1);
  return start;
}

/** `strim`. */
export function strim(call: GuestCall): Address {
  const start = call.pointer(0);
  const text = call.memory.readCString(start);
  let end = text.length;
  while (end > 0 && isSpace(text[end - 1])) end--;
  if (end < text.length) call.memory.writeU8(start + end, 0);
  return start + leadingSpaces(text.slice(0, end));
}

/** How many spaces a text begins with. */
export function leadingSpaces(text: string): number {
  let count = 0;
  while (count < text.length && isSpace(text[count])) count++;
  return count;
}

/** `memcmp`. */
export function compareMemory(call: GuestCall): number {
  const size = call.size(2);
  if (size === 0) return 0;
  const left = call.memory.view(call.pointer(0), size, 'read');
  const right = call.memory.view(call.pointer(1), size, 'read');
  for (let index = 0; index < size; index++) {
    if (left[index] !== right[index]) return left[index]! - right[index]!;
  }
  return 0;
}

/** `__crypto_memneq`: the bits that differ anywhere, of words and then of bytes. */
export function differingBits(call: GuestCall): bigint {
  const [left, right, size] = [call.pointer(0), call.pointer(1), call.size(2)];
  const { memory } = call;
  let bits = 0n;
  let at = 0;
  for (; at + WORD <= size; at += WORD) bits |= memory.readU64(left + at) ^ memory.readU64(right + at);
  for (; at < size; at++) bits |= BigInt(memory.readU8(left + at) ^ memory.readU8(right + at));
  return bits;
}

/** `memmove`. */
export function copyMemory(call: GuestCall): Address {
  const [target, source, size] = [call.pointer(0), call.pointer(1), call.size(2)];
  if (size > 0) call.memory.view(target, size, 'write').set(call.memory.view(source, size, 'read').slice());
  return target;
}

/** `memset`. */
export function fill(call: GuestCall): Address {
  const [target, value, size] = [call.pointer(0), call.int(1), call.size(2)];
  if (size > 0) call.memory.view(target, size, 'write').fill(value & 0xff);
  return target;
}

/** Length of the beginning whose characters are taken. */
export function span(text: string, takes: (char: string) => boolean): number {
  let count = 0;
  while (count < text.length && takes(text[count]!)) count++;
  return count;
}

/** Argument `index` as a character. */
export const char = (call: GuestCall, index: number): string => String.fromCharCode(call.int(index) & 0xff);

/** The difference of the first unequal characters. */
export function difference(left: string, right: string): number {
  const at = [...left].findIndex((each, index) => each !== right[index]);
  if (at < 0) return left.length === right.length ? 0 : -right.charCodeAt(left.length);
  return left.charCodeAt(at) - (right.charCodeAt(at) || 0);
}

/** `strncasecmp`, which does not make a character small where the other string ends. */
export function differenceOfSome(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  const [a, b] = [lower(left), lower(right)];
  for (let at = 0; at < length; at++) if (a[at] !== b[at]) return a.charCodeAt(at) - b.charCodeAt(at);
  return (left.charCodeAt(length) || 0) - (right.charCodeAt(length) || 0);
}
