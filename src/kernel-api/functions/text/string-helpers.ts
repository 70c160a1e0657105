import { isSpace } from '../../../kernel/params/kstrtox.ts';
import type { Address } from '../../../memory/address.ts';
import { writeBytes } from '../../guest-text.ts';
import type { GuestCall } from '../../kernel-function.ts';

const E2BIG = -7;

/** -1, 0 or 1 as the left string stands before, at or behind the right one. */
export function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
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
  copyString(call, target, text.slice(0, size - 1));
  return text.length >= size ? E2BIG : text.length;
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
