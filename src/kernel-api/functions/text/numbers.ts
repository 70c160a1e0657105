import { EFAULT, EINVAL } from '../../../abi/negative-errno.ts';
import { kstrtobool } from '../../../kernel/params/kstrtox.ts';
import type { Address } from '../../../memory/address.ts';
import { writeBytes } from '../../guest-text.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';
import { leadingNumber, parseWhole } from './parse-integer.ts';
import { sizeText } from './size-text.ts';

function store(call: GuestCall, target: Address, value: bigint, bits: number): void {
  const bytes = call.memory.view(target, bits / 8, 'write');
  for (let index = 0; index < bytes.length; index++) bytes[index] = Number((value >> BigInt(8 * index)) & 0xffn);
}

const kstrto = (signed: boolean, bits: number) => (call: GuestCall) => {
  const parsed = parseWhole(call.string(0), call.unsigned(1), signed, bits);
  if (typeof parsed === 'number') return parsed;
  store(call, call.pointer(2), parsed, bits);
  return 0;
};

/** `kstrto…_from_user(s, count, base, res)`. */
const kstrtoFromUser = (signed: boolean, bits: number) => (call: GuestCall) => {
  const [source, count] = [call.pointer(0), Math.min(call.size(1), 68)];
  if (!call.memory.find(source)) return EFAULT;
  const text = call.memory.readCString(source, count);
  const parsed = parseWhole(text, call.unsigned(2), signed, bits);
  if (typeof parsed === 'number') return parsed;
  store(call, call.pointer(3), parsed, bits);
  return 0;
};

/** `simple_strto…`: what stands at the front, and where it ends. */
const simple = (signed: boolean) => (call: GuestCall) => {
  const [start, end, base] = [call.pointer(0), call.pointer(1), call.unsigned(2)];
  const text = call.memory.readCString(start);
  const negative = signed && text[0] === '-';
  const { value, length } = leadingNumber(negative ? text.slice(1) : text, base);
  if (end !== 0) call.memory.writePointer(end, start + length + (negative ? 1 : 0));
  return BigInt.asUintN(64, negative ? -value : value);
};

const SUFFIXES = 'KMGTPE';

function memparse(call: GuestCall): bigint {
  const [start, end] = [call.pointer(0), call.pointer(1)];
  const text = call.memory.readCString(start);
  const { value, length } = leadingNumber(text, 0);
  const power = SUFFIXES.indexOf((text[length] ?? ' ').toUpperCase()) + 1;
  if (end !== 0) call.memory.writePointer(end, start + length + (power > 0 ? 1 : 0));
  return BigInt.asUintN(64, value << BigInt(10 * power));
}

function strtobool(call: GuestCall): number {
  if (call.pointer(0) === 0) return EINVAL;
  const parsed = kstrtobool(call.kernel, call.string(0));
  if ('error' in parsed) return EINVAL;
  call.memory.writeU8(call.pointer(1), parsed.value ? 1 : 0);
  return 0;
}

function intSqrt(value: bigint): bigint {
  let root = BigInt(Math.floor(Math.sqrt(Number(value))));
  while (root * root > value) root--;
  while ((root + 1n) * (root + 1n) <= value) root++;
  return root;
}

/** `hex2bin`: bytes up to the first that has no two digits. */
function hexToBytes(call: GuestCall): number {
  const [target, source, count] = [call.pointer(0), call.pointer(1), call.size(2)];
  for (let index = 0; index < count; index++) {
    const digits = call.memory.readCString(source + 2 * index, 2);
    if (!/^[0-9a-fA-F]{2}$/.test(digits)) return EINVAL;
    call.memory.writeU8(target + index, Number.parseInt(digits, 16));
  }
  return 0;
}

/** Numbers from and to text: lib/kstrtox.c and neighbours. */
export const numberFunctions = () => [
  ...rowsOf('lib/kstrtox.c', [
    ['int kstrtoull(const char *s, unsigned int base, unsigned long long *res)', kstrto(false, 64)],
    ['int kstrtoll(const char *s, unsigned int base, long long *res)', kstrto(true, 64)],
    ['int _kstrtoul(const char *s, unsigned int base, unsigned long *res)', kstrto(false, 64)],
    ['int _kstrtol(const char *s, unsigned int base, long *res)', kstrto(true, 64)],
    ['int kstrtouint(const char *s, unsigned int base, unsigned int *res)', kstrto(false, 32)],
    ['int kstrtoint(const char *s, unsigned int base, int *res)', kstrto(true, 32)],
    ['int kstrtou16(const char *s, unsigned int base, u16 *res)', kstrto(false, 16)],
    ['int kstrtos16(const char *s, unsigned int base, s16 *res)', kstrto(true, 16)],
    ['int kstrtou8(const char *s, unsigned int base, u8 *res)', kstrto(false, 8)],
    ['int kstrtos8(const char *s, unsigned int base, s8 *res)', kstrto(true, 8)],
    ['int kstrtobool(const char *s, bool *res)', strtobool],
    [
      'int kstrtoull_from_user(const char *s, size_t count, unsigned int base, unsigned long long *res)',
      kstrtoFromUser(false, 64),
    ],
    [
      'int kstrtoll_from_user(const char *s, size_t count, unsigned int base, long long *res)',
      kstrtoFromUser(true, 64),
    ],
    [
      'int kstrtoul_from_user(const char *s, size_t count, unsigned int base, unsigned long *res)',
      kstrtoFromUser(false, 64),
    ],
    ['int kstrtol_from_user(const char *s, size_t count, unsigned int base, long *res)', kstrtoFromUser(true, 64)],
    [
      'int kstrtouint_from_user(const char *s, size_t count, unsigned int base, unsigned int *res)',
      kstrtoFromUser(false, 32),
    ],
    ['int kstrtoint_from_user(const char *s, size_t count, unsigned int base, int *res)', kstrtoFromUser(true, 32)],
    [
      'int kstrtobool_from_user(const char *s, size_t count, bool *res)',
      (call) => {
        const parsed = kstrtobool(call.kernel, call.memory.readCString(call.pointer(0), Math.min(call.size(1), 3)));
        if ('error' in parsed) return EINVAL;
        call.memory.writeU8(call.pointer(2), parsed.value ? 1 : 0);
        return 0;
      },
    ],
  ]),
  ...rowsOf('lib/vsprintf.c', [
    ['unsigned long simple_strtoul(const char *cp, char **endp, unsigned int base)', simple(false)],
    ['unsigned long long simple_strtoull(const char *cp, char **endp, unsigned int base)', simple(false)],
    ['long simple_strtol(const char *cp, char **endp, unsigned int base)', simple(true)],
    ['long long simple_strtoll(const char *cp, char **endp, unsigned int base)', simple(true)],
  ]),
  ...rowsOf('lib/cmdline.c', [['unsigned long long memparse(const char *ptr, char **retptr)', memparse]]),
  ...rowsOf('lib/string_helpers.c', [
    [
      'void string_get_size(u64 size, u64 blk_size, const enum string_size_units units, char *buf, int len)',
      (call) => {
        const text = sizeText(call.long(0), call.long(1), call.int(2) === 0 ? 0 : 1);
        writeBytes(call.session, call.pointer(3), `${text.slice(0, Math.max(0, call.int(4) - 1))}\0`);
        return text.length;
      },
    ],
  ]),
  ...rowsOf('lib/math/int_sqrt.c', [['unsigned long int_sqrt(unsigned long x)', (call) => intSqrt(call.long(0))]]),
  ...rowsOf('lib/hexdump.c', [
    [
      'int hex_to_bin(unsigned char ch)',
      (call) => {
        const value = Number.parseInt(String.fromCharCode(call.int(0) & 0xff), 16);
        return Number.isNaN(value) ? -1 : value;
      },
    ],
    ['int hex2bin(u8 *dst, const char *src, size_t count)', hexToBytes],
  ]),
];
