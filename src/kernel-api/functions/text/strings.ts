import { type GuestCall, rowsOf } from '../../kernel-function.ts';
import {
  addressOf,
  char,
  compare,
  compareMemory,
  copyMemory,
  copyString,
  difference,
  differenceOfSome,
  differingBits,
  fill,
  leadingSpaces,
  lower,
  span,
  strim,
  strlcat,
  strlcpy,
  strncpy,
  strscpy,
  strsep,
} from './string-helpers.ts';

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
  return left === right || left === `${right}\n` || `${left}\n` === right;
}

/** lib/string.c and its assembler versions. */
export const stringFunctions = () => [
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
    ['int strcmp(const char *cs, const char *ct)', (call) => compare(call, Number.POSITIVE_INFINITY)],
    ['int strncmp(const char *cs, const char *ct, size_t count)', (call) => compare(call, call.size(2))],
    [
      'int strcasecmp(const char *s1, const char *s2)',
      (call) => difference(lower(call.string(0)), lower(call.string(1))),
    ],
    [
      'int strncasecmp(const char *s1, const char *s2, size_t len)',
      (call) =>
        differenceOfSome(
          call.memory.readCString(call.pointer(0), call.size(2)),
          call.memory.readCString(call.pointer(1), call.size(2)),
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
        addressOf(
          call.pointer(0),
          `${call.memory.readCString(call.pointer(0), call.size(1))}\0`.slice(0, call.size(1)).indexOf(char(call, 2)),
        ),
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
      'void *memchr_inv(const void *start, int c, size_t bytes)',
      (call) => {
        const wanted = call.int(1) & 0xff;
        const at = call.memory.view(call.pointer(0), call.size(2), 'read').findIndex((byte) => byte !== wanted);
        return addressOf(call.pointer(0), at);
      },
    ],
    [
      'void *memchr(const void *s, int c, size_t n)',
      (call) =>
        addressOf(call.pointer(0), call.memory.view(call.pointer(0), call.size(2), 'read').indexOf(call.int(1) & 0xff)),
    ],
    ['unsigned long __crypto_memneq(const void *a, const void *b, size_t size)', differingBits],
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
