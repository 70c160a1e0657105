/** `_U _L _D _C _P _S _X _SP`, include/linux/ctype.h. */
const UPPER = 0x01;
const LOWER = 0x02;
const DIGIT = 0x04;
const CONTROL = 0x08;
const PUNCTUATION = 0x10;
const SPACE = 0x20;
const HEX = 0x40;
const HARD_SPACE = 0x80;

/** Rows `[first, last, class]` of the Latin-1 character set; later rows win. Source: lib/ctype.c. */
const CLASSES: readonly (readonly [first: number, last: number, flags: number])[] = [
  [0x00, 0x1f, CONTROL],
  [0x09, 0x0d, CONTROL | SPACE],
  [0x20, 0x20, SPACE | HARD_SPACE],
  [0x21, 0x7e, PUNCTUATION],
  [0x30, 0x39, DIGIT],
  [0x41, 0x5a, UPPER],
  [0x41, 0x46, UPPER | HEX],
  [0x61, 0x7a, LOWER],
  [0x61, 0x66, LOWER | HEX],
  [0x7f, 0x7f, CONTROL],
  [0xa0, 0xa0, SPACE | HARD_SPACE],
  [0xa1, 0xbf, PUNCTUATION],
  [0xc0, 0xde, UPPER],
  [0xd7, 0xd7, PUNCTUATION],
  [0xdf, 0xff, LOWER],
  [0xf7, 0xf7, PUNCTUATION],
];

/** `_ctype[]`: what isspace(), isdigit(), … look up. */
export function ctypeTable(): Uint8Array {
  const table = new Uint8Array(256);
  for (const [first, last, flags] of CLASSES) table.fill(flags, first, last + 1);
  return table;
}
