import { among, below, bytes, call, type Generate, made, oneOf, room, u32, u64, WORDS } from './arguments.ts';

const INTEGERS = [
  '%d',
  '%u',
  '%x',
  '%X',
  '%o',
  '%#x',
  '%#o',
  '%5d',
  '%-5d|',
  '%05d',
  '%+d',
  '% d',
  '%.3d',
  '%8.3x',
  '%-#8x|',
  '%hhd',
  '%hd',
  '%hhu',
  '%c',
  '%%',
  '%i',
];
const LONG_FORMATS = [
  '%ld',
  '%lu',
  '%lx',
  '%llx',
  '%#llX',
  '%20lld',
  '%-20llu|',
  '%020llx',
  '%zu',
  '%zd',
  '%.0ld',
  '%+.5ld',
  '%lo',
];
const STRING_FORMATS = ['%s', '%10s', '%-10s|', '%.3s', '%-8.2s|', 'a%sb', '%.0s', '%*s'.replace('*', '4')];
const HEX_FORMATS = ['%*ph', '%*phC', '%*phD', '%*phN'].map((format) => format.replace('*', '7'));
const ADDRESSES = [
  '%pI4',
  '%pi4',
  '%pI4h',
  '%pI4l',
  '%pI4n',
  '%pI4b',
  '%pI6',
  '%pi6',
  '%pI6c',
  '%pM',
  '%pm',
  '%pMF',
  '%pMR',
  '%pUb',
  '%pUB',
  '%pUl',
  '%pUL',
  ...HEX_FORMATS,
  '%*pE'.replace('*', '9'),
  '%9pEh',
  '%9pEa',
  '%9pEcn',
  '%40pb',
  '%40pbl',
  '%p4cc',
  '%20pM|',
  '%-40pI6c|',
];
const ERRORS = ['%pe', '%5pe|', '%-12pe|'];

/** Arguments for modelled functions: printf and scanf. */
export const FORMATS: Readonly<Record<string, Generate>> = {
  hex_dump_to_buffer: call(
    bytes(40),
    below(40),
    among(16, 32, 8),
    among(1, 2, 4, 8, 3),
    room(200),
    among(200, 60, 10, 1, 0, 120),
    among(0, 1),
  ),
  snprintf: (random) => {
    const kind = random.below(5);
    if (kind === 0) return call(room(80), among(80, 10, 1, 0), oneOf(...INTEGERS), u32)(random);
    if (kind === 1) return call(room(80), among(80, 10, 1, 0), oneOf(...LONG_FORMATS), u64)(random);
    if (kind === 2) return call(room(80), among(80, 10, 1, 0), oneOf(...STRING_FORMATS), WORDS)(random);
    if (kind === 3) return call(room(120), among(120, 10, 1, 0), oneOf(...ADDRESSES), bytes(40))(random);
    return call(room(80), among(80, 10, 1, 0), oneOf(...ERRORS), among(-1, -2, -12, -22, -517, -4095, -133))(random);
  },
  scnprintf: call(room(80), among(80, 10, 1, 0), oneOf(...INTEGERS), u32),
  sprintf: call(room(80), oneOf(...LONG_FORMATS), u64),
  sscanf: (random) => {
    const format = oneOf(
      '%d',
      '%u',
      '%x',
      '%i',
      '%3d',
      '%ld',
      '%llx',
      '%hhd',
      '%hu',
      'a%d',
      ' %d',
      '%d %d',
      '%d,%d',
      '%s',
      '%5s',
      '%c',
      '%3c',
      '%*d %d',
      '%d%n',
      '%[ab]',
      '%[^,]',
      '%[a-c]%d',
      '%5[ab]',
      '%5[^,]',
      '%5[a-c]%d',
      '%2[^ ]%d',
      '%5[]a]',
      '%*s %d',
      '%*[a]%d',
      '%2x%2x',
      '%d:%d:%d',
      '%o',
      '%%%d',
    );
    const input = made(
      ['', ' ', 'a', '%', '-'],
      ['12', '-7', '0x1f', 'ff', 'abc', '3 4', '3,4', '1:2:3', '012', '+5', '99999999999'],
      ['', ' 5', ',6', 'x', '\n'],
    );
    return call(input, format, room(40), room(40), room(40))(random);
  },
};
