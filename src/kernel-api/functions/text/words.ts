import { kfree } from '../../../kernel/memory/heap.ts';
import { isSpace } from '../../../kernel/params/kstrtox.ts';
import type { Address } from '../../../memory/address.ts';
import { copyInString, writeBytes } from '../../guest-text.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';
import { allocate, release } from '../memory/slab.ts';

/** Where the words of a text begin and end. */
function wordsOf(text: string): [number, number][] {
  const words: [number, number][] = [];
  for (let at = 0; at < text.length; at++) {
    if (isSpace(text[at])) continue;
    if (at === 0 || isSpace(text[at - 1])) words.push([at, at]);
    words.at(-1)![1] = at + 1;
  }
  return words;
}

/** `argv_split(gfp, str, argcp)`: pointers into a copy of the text, whose address stands before the first. */
function argvSplit(call: GuestCall): Address {
  const { memory } = call;
  const text = call.string(1);
  const words = wordsOf(text);
  const copy = copyInString(call.session, text);
  const list = allocate(call, (words.length + 2) * 8);
  const pointers = [copy, ...words.map(([start]) => copy + start), 0];
  for (const [index, pointer] of pointers.entries()) memory.writePointer(list + index * 8, pointer);
  for (const [, end] of words) memory.writeU8(copy + end, 0);
  if (call.pointer(2) !== 0) memory.writeU32(call.pointer(2), words.length);
  return list + 8;
}

function argvFree(call: GuestCall): void {
  const list = call.pointer(0) - 8;
  kfree(call.kernel, call.memory.readPointer(list));
  release(call, list);
}

/** `strreplace(s, old, new)`: the end of the text. */
function replaceChar(call: GuestCall): Address {
  const [start, text] = [call.pointer(0), call.string(0)];
  const [old, fresh] = [call.int(1) & 0xff, call.int(2) & 0xff];
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) === old) call.memory.writeU8(start + at, fresh);
  return start + text.length;
}

/** `bin2hex(dst, src, count)`: behind the last digit. */
function bin2hex(call: GuestCall): Address {
  const [target, count] = [call.pointer(0), call.size(2)];
  const bytes = count === 0 ? [] : [...call.memory.view(call.pointer(1), count, 'read')];
  writeBytes(call.session, target, bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(''));
  return target + 2 * count;
}

const MAC = /^[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5}/;

/** `mac_pton(s, mac)`. */
function parseMac(call: GuestCall): boolean {
  const [text] = MAC.exec(call.string(0)) ?? [];
  if (text === undefined) return false;
  for (const [index, digits] of text.split(':').entries())
    call.memory.writeU8(call.pointer(1) + index, Number.parseInt(digits, 16));
  return true;
}

/** `memscan(addr, c, size)`: the byte, or the end. */
function memscan(call: GuestCall): Address {
  const [start, size] = [call.pointer(0), call.size(2)];
  const at = size === 0 ? -1 : call.memory.view(start, size, 'read').indexOf(call.int(1) & 0xff);
  return start + (at < 0 ? size : at);
}

/** `memcpy_and_pad(dest, dest_len, src, count, pad)`. */
function copyPadded(call: GuestCall): void {
  const [target, room, source, count] = [call.pointer(0), call.size(1), call.pointer(2), call.size(3)];
  if (room === 0) return;
  const bytes = call.memory.view(target, room, 'write');
  const from = count === 0 ? [] : call.memory.view(source, Math.min(room, count), 'read').slice();
  bytes.fill(call.int(4) & 0xff, from.length);
  bytes.set(from);
}

/** Words and bytes in text: lib/argv_split.c and neighbours. */
export const wordFunctions = () => [
  ...rowsOf('lib/argv_split.c', [
    ['char **argv_split(gfp_t gfp, const char *str, int *argcp)', argvSplit],
    ['void argv_free(char **argv)', argvFree],
  ]),
  ...rowsOf('lib/string.c', [
    ['char *strreplace(char *s, char old, char new)', replaceChar],
    [
      'char *stpcpy(char *dest, const char *src)',
      (call) => {
        const text = call.string(1);
        writeBytes(call.session, call.pointer(0), `${text}\0`);
        return call.pointer(0) + text.length;
      },
    ],
    ['void *memscan(void *addr, int c, size_t size)', memscan],
  ]),
  ...rowsOf('lib/string_helpers.c', [
    ['void memcpy_and_pad(void *dest, size_t dest_len, const void *src, size_t count, int pad)', copyPadded],
  ]),
  ...rowsOf('lib/hexdump.c', [['char *bin2hex(char *dst, const void *src, size_t count)', bin2hex]]),
  ...rowsOf('lib/net_utils.c', [['bool mac_pton(const char *s, u8 *mac)', parseMac]]),
];
