import { isSpace } from '../../kernel/kstrtox.ts';
import type { Address } from '../../memory/address.ts';
import { writeBytes } from '../guest-text.ts';
import { type GuestCall, rowsOf } from '../kernel-function.ts';

const E2BIG = -7;

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function lower(text: string): string {
  return text.replace(/[A-Z\xc0-\xd6\xd8-\xde]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 32));
}

/** The address of a position in a string, or NULL when it is negative. */
function addressOf(start: Address, position: number): Address {
  return position < 0 ? 0 : start + position;
}

function copyString(call: GuestCall, target: Address, text: string): Address {
  writeBytes(call.session, target, `${text}\0`);
  return target;
}

/** `strscpy`: the length, or -E2BIG when it had to be cut. */
function strscpy(call: GuestCall): number {
  const [target, text, size] = [call.pointer(0), call.string(1), call.size(2)];
  if (size === 0) return E2BIG;
  copyString(call, target, text.slice(0, size - 1));
  return text.length >= size ? E2BIG : text.length;
}

function strlcpy(call: GuestCall): number {
  const [target, text, size] = [call.pointer(0), call.string(1), call.size(2)];
  if (size > 0) copyString(call, target, text.slice(0, size - 1));
  return text.length;
}

function strlcat(call: GuestCall): number {
  const [target, before, text, size] = [call.pointer(0), call.string(0), call.string(1), call.size(2)];
  copyString(call, target, (before + text).slice(0, Math.max(0, size - 1)));
  return before.length + text.length;
}

function strncpy(call: GuestCall): Address {
  const [target, count] = [call.pointer(0), call.size(2)];
  writeBytes(call.session, target, call.memory.readCString(call.pointer(1), count).padEnd(count, '\0'));
  return target;
}

/** `strsep`: cuts at the first of the delimiters and moves the pointer behind it. */
function strsep(call: GuestCall): Address {
  const [place, delimiters] = [call.pointer(0), call.string(1)];
  const start = call.memory.readPointer(place);
  if (start === 0) return 0;
  const text = call.memory.readCString(start);
  const cut = [...text].findIndex((char) => delimiters.includes(char));
  if (cut >= 0) call.memory.writeU8(start + cut, 0);
  call.memory.writePointer(place, cut < 0 ? 0 : start + cut + 1);
  return start;
}

function strim(call: GuestCall): Address {
  const start = call.pointer(0);
  const text = call.memory.readCString(start);
  let end = text.length;
  while (end > 0 && isSpace(text[end - 1])) end--;
  if (end < text.length) call.memory.writeU8(start + end, 0);
  return start + leadingSpaces(text.slice(0, end));
}

function leadingSpaces(text: string): number {
  let count = 0;
  while (count < text.length && isSpace(text[count])) count++;
  return count;
}

function compareMemory(call: GuestCall): number {
  const size = call.size(2);
  if (size === 0) return 0;
  const left = call.memory.view(call.pointer(0), size, 'read');
  const right = call.memory.view(call.pointer(1), size, 'read');
  for (let index = 0; index < size; index++) {
    if (left[index] !== right[index]) return left[index]! - right[index]!;
  }
  return 0;
}

function copyMemory(call: GuestCall): Address {
  const [target, source, size] = [call.pointer(0), call.pointer(1), call.size(2)];
  if (size > 0) call.memory.view(target, size, 'write').set(call.memory.view(source, size, 'read').slice());
  return target;
}

function fill(call: GuestCall): Address {
  const [target, value, size] = [call.pointer(0), call.int(1), call.size(2)];
  if (size > 0) call.memory.view(target, size, 'write').fill(value & 0xff);
  return target;
}

function span(text: string, takes: (char: string) => boolean): number {
  let count = 0;
  while (count < text.length && takes(text[count]!)) count++;
  return count;
}

const char = (call: GuestCall, index: number): string => String.fromCharCode(call.int(index) & 0xff);

/** `match_string`: the index, or -EINVAL. */
function matchString(call: GuestCall, equal: (left: string, right: string) => boolean): number {
  const [array, count, wanted] = [call.pointer(0), call.size(1), call.string(2)];
  for (let index = 0; index < Math.min(count, 1 << 20); index++) {
    const item = call.memory.readPointer(array + index * 8);
    if (item === 0) break;
    if (equal(call.memory.readCString(item), wanted)) return index;
  }
  return -22;
}

function sysfsEqual(left: string, right: string): boolean {
  return left.replace(/\n$/, '') === right.replace(/\n$/, '');
}

/** lib/string.c and its assembler versions. */
export const stringFunctions = [
  ...rowsOf('lib/string.c', [
    ['size_t strlen(const char *s)', (call) => call.string(0).length],
    [
      'size_t strnlen(const char *s, size_t count)',
      (call) => call.memory.readCString(call.pointer(0), call.size(1)).length,
    ],
    ['char *strcpy(char *dest, const char *src)', (call) => copyString(call, call.pointer(0), call.string(1))],
    ['char *strncpy(char *dest, const char *src, size_t count)', strncpy],
    ['ssize_t strscpy(char *dest, const char *src, size_t count)', strscpy],
    [
      'ssize_t strscpy_pad(char *dest, const char *src, size_t count)',
      (call) => {
        const [target, size, length] = [call.pointer(0), call.size(2), Math.min(call.string(1).length, call.size(2))];
        const result = strscpy(call);
        if (length < size) call.memory.view(target + length, size - length, 'write').fill(0);
        return result;
      },
    ],
    ['size_t strlcpy(char *dest, const char *src, size_t size)', strlcpy],
    ['size_t strlcat(char *dest, const char *src, size_t count)', strlcat],
    [
      'char *strcat(char *dest, const char *src)',
      (call) => copyString(call, call.pointer(0), call.string(0) + call.string(1)),
    ],
    [
      'char *strncat(char *dest, const char *src, size_t count)',
      (call) =>
        copyString(call, call.pointer(0), call.string(0) + call.memory.readCString(call.pointer(1), call.size(2))),
    ],
    ['int strcmp(const char *cs, const char *ct)', (call) => compare(call.string(0), call.string(1))],
    [
      'int strncmp(const char *cs, const char *ct, size_t count)',
      (call) =>
        compare(
          call.memory.readCString(call.pointer(0), call.size(2)),
          call.memory.readCString(call.pointer(1), call.size(2)),
        ),
    ],
    [
      'int strcasecmp(const char *s1, const char *s2)',
      (call) => difference(lower(call.string(0)), lower(call.string(1))),
    ],
    [
      'int strncasecmp(const char *s1, const char *s2, size_t len)',
      (call) =>
        difference(
          lower(call.memory.readCString(call.pointer(0), call.size(2))),
          lower(call.memory.readCString(call.pointer(1), call.size(2))),
        ),
    ],
    [
      'char *strchr(const char *s, int c)',
      (call) => addressOf(call.pointer(0), `${call.string(0)}\0`.indexOf(char(call, 1))),
    ],
    [
      'char *strchrnul(const char *s, int c)',
      (call) => {
        const text = call.string(0);
        const at = text.indexOf(char(call, 1));
        return call.pointer(0) + (at < 0 ? text.length : at);
      },
    ],
    [
      'char *strnchr(const char *s, size_t count, int c)',
      (call) =>
        addressOf(call.pointer(0), call.memory.readCString(call.pointer(0), call.size(1)).indexOf(char(call, 2))),
    ],
    [
      'char *strrchr(const char *s, int c)',
      (call) => addressOf(call.pointer(0), `${call.string(0)}\0`.lastIndexOf(char(call, 1))),
    ],
    [
      'char *strstr(const char *s1, const char *s2)',
      (call) => addressOf(call.pointer(0), call.string(0).indexOf(call.string(1))),
    ],
    [
      'char *strnstr(const char *s1, const char *s2, size_t len)',
      (call) =>
        addressOf(call.pointer(0), call.memory.readCString(call.pointer(0), call.size(2)).indexOf(call.string(1))),
    ],
    [
      'size_t strspn(const char *s, const char *accept)',
      (call) => {
        const set = call.string(1);
        return span(call.string(0), (each) => set.includes(each));
      },
    ],
    [
      'size_t strcspn(const char *s, const char *reject)',
      (call) => {
        const set = call.string(1);
        return span(call.string(0), (each) => !set.includes(each));
      },
    ],
    [
      'char *strpbrk(const char *cs, const char *ct)',
      (call) => {
        const set = call.string(1);
        return addressOf(
          call.pointer(0),
          [...call.string(0)].findIndex((each) => set.includes(each)),
        );
      },
    ],
    ['char *strsep(char **s, const char *ct)', strsep],
    ['char *strim(char *s)', strim],
    ['char *skip_spaces(const char *str)', (call) => call.pointer(0) + leadingSpaces(call.string(0))],
    ['void *memset(void *s, int c, size_t count)', fill],
    ['void *memcpy(void *dest, const void *src, size_t count)', copyMemory],
    ['void *memmove(void *dest, const void *src, size_t count)', copyMemory],
    ['int memcmp(const void *cs, const void *ct, size_t count)', compareMemory],
    ['int bcmp(const void *a, const void *b, size_t len)', compareMemory],
    [
      'void *memchr(const void *s, int c, size_t n)',
      (call) =>
        addressOf(call.pointer(0), call.memory.view(call.pointer(0), call.size(2), 'read').indexOf(call.int(1) & 0xff)),
    ],
    [
      'unsigned long __crypto_memneq(const void *a, const void *b, size_t size)',
      (call) => (compareMemory(call) === 0 ? 0 : 1),
    ],
    ['bool sysfs_streq(const char *s1, const char *s2)', (call) => sysfsEqual(call.string(0), call.string(1))],
    [
      'int match_string(const char * const *array, size_t n, const char *string)',
      (call) => matchString(call, (a, b) => a === b),
    ],
    [
      'int __sysfs_match_string(const char * const *array, size_t n, const char *str)',
      (call) => matchString(call, sysfsEqual),
    ],
  ]),
];

/** The difference of the first unequal characters. */
function difference(left: string, right: string): number {
  const at = [...left].findIndex((each, index) => each !== right[index]);
  if (at < 0) return left.length === right.length ? 0 : -right.charCodeAt(left.length);
  return left.charCodeAt(at) - (right.charCodeAt(at) || 0);
}
