import { EFAULT } from '../../../abi/negative-errno.ts';
import type { Address } from '../../../memory/address.ts';
import { addressFromBits } from '../../../memory/address.ts';
import { GuestFault } from '../../../memory/guest-fault.ts';
import { USER_END } from '../../core/user-areas.ts';
import { type GuestCall, type KernelFunction, rowsOf } from '../../kernel-function.ts';
import { allocate } from './slab.ts';
import { checkObjectSize } from './usercopy.ts';

/** Copies as far as both sides go; what is left. Only the user side, `user`, may be bad from its beginning. */
export function copyUser(call: GuestCall, target: Address, source: Address, size: number, user: Address): number {
  if (size === 0) return 0;
  if (user < 0 || user + size > USER_END) return size;
  const other = user === target ? source : target;
  const count = Math.min(size, roomAt(call, user) ?? 0, roomAt(call, other) ?? size);
  if (count > 0) call.memory.view(target, count, 'write').set(call.memory.view(source, count, 'read').slice());
  return size - count;
}

/** Bytes from an address to the end of what is mapped there. */
function roomAt({ memory }: GuestCall, address: Address): number | undefined {
  const mapping = memory.find(address);
  return mapping && mapping.base + mapping.bytes.length - address;
}

const copyToUser: KernelFunction = (call) =>
  copyUser(call, call.pointer(0), call.pointer(1), call.size(2), call.pointer(0));
const copyFromUser: KernelFunction = (call) => {
  const [target, source, size] = [call.pointer(0), call.pointer(1), call.size(2)];
  const left = copyUser(call, target, source, size, source);
  if (left > 0) call.memory.view(target + size - left, left, 'write').fill(0);
  return left;
};

/** `copy_user_generic_*`: the same, from inline code; rdi, rsi and edx hold the arguments. */
const copyGeneric: KernelFunction = (call) => {
  const [target, source, size] = [call.pointer(0), call.pointer(1), call.unsigned(2)];
  return copyUser(call, target, source, size, target >= 0 ? target : source);
};

/** `__get_user_N`: the address in rax; the value to edx, the error to eax (arch/x86/lib/getuser.S). */
const getUser =
  (size: 1 | 2 | 4 | 8): KernelFunction =>
  (call) => {
    const user = addressFromBits(call.cpu.readRegister('rax'));
    const value = readUser(call, user, size);
    call.cpu.writeRegister('rdx', value ?? 0n);
    return value === undefined ? EFAULT : 0;
  };

function readUser(call: GuestCall, user: Address, size: number): bigint | undefined {
  if (user < 0 || user + size > USER_END || !call.memory.find(user)) return undefined;
  return call.memory.view(user, size, 'read').reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

/** `__put_user_N`: the value in rax, the address in rcx, the error to ecx (arch/x86/lib/putuser.S). */
const putUser =
  (size: 1 | 2 | 4 | 8): KernelFunction =>
  (call) => {
    const value = call.cpu.readRegister('rax');
    const user = addressFromBits(call.cpu.readRegister('rcx'));
    const ok = writeUser(call, user, size, value);
    call.cpu.writeRegister('rcx', ok ? 0n : BigInt.asUintN(64, BigInt(EFAULT)));
    return undefined;
  };

function writeUser(call: GuestCall, user: Address, size: number, value: bigint): boolean {
  if (user < 0 || user + size > USER_END || !call.memory.find(user)) return false;
  const bytes = call.memory.view(user, size, 'write');
  for (let index = 0; index < size; index++) bytes[index] = Number((value >> BigInt(8 * index)) & 0xffn);
  return true;
}

function stringFromUser(call: GuestCall): number {
  const [target, source, count] = [call.pointer(0), call.pointer(1), call.size(2)];
  const text = readUserString(call, source, count);
  if (text === undefined) return EFAULT;
  const bytes = call.memory.view(target, Math.min(text.length + 1, count), 'write');
  for (let index = 0; index < bytes.length; index++) bytes[index] = text.charCodeAt(index) || 0;
  return text.length;
}

function readUserString(call: GuestCall, source: Address, limit: number): string | undefined {
  try {
    return source < 0 ? undefined : call.memory.readCString(source, limit);
  } catch (error) {
    if (error instanceof GuestFault) return undefined;
    throw error;
  }
}

/** `simple_read_from_buffer`: from the kernel's buffer to the user's. */
function readFromBuffer(call: GuestCall): number {
  const [to, from] = [call.pointer(0), call.pointer(3)];
  return moveAtPosition(call, call.size(1), call.size(4), (at, size) => copyUser(call, to, from + at, size, to));
}

/** `simple_write_to_buffer`: from the user's buffer to the kernel's. */
function writeToBuffer(call: GuestCall): number {
  const [to, from] = [call.pointer(0), call.pointer(3)];
  return moveAtPosition(call, call.size(4), call.size(1), (at, size) => copyUser(call, to + at, from, size, from));
}

/** Copies up to `count` bytes at `*ppos` (argument 2) of a buffer of `available` bytes, and moves `*ppos`. `move` gives what was left. */
function moveAtPosition(
  call: GuestCall,
  count: number,
  available: number,
  move: (at: number, size: number) => number,
): number {
  const position = call.pointer(2);
  const at = Number(BigInt.asIntN(64, call.memory.readU64(position)));
  if (at < 0) return -22;
  if (at >= available || count === 0) return 0;
  const wanted = Math.min(count, available - at);
  const left = move(at, wanted);
  if (left === wanted) return EFAULT;
  call.memory.writeU64(position, BigInt(at + wanted - left));
  return wanted - left;
}

/** `check_zeroed_user`: whether a program's bytes are all zero. */
function checkZeroed(call: GuestCall): number {
  const [user, size] = [call.pointer(0), call.size(1)];
  if (size === 0) return 1;
  if (user < 0 || user + size > USER_END || !call.memory.find(user)) return EFAULT;
  return call.memory.view(user, size, 'read').every((byte) => byte === 0) ? 1 : 0;
}

const SIZES = [1, 2, 4, 8] as const;

/** Copies between a program's memory and the kernel's. */
export const userAccessFunctions = () => [
  ...rowsOf('lib/usercopy.c', [
    ['unsigned long _copy_to_user(void *to, const void *from, unsigned long n)', copyToUser],
    ['unsigned long _copy_from_user(void *to, const void *from, unsigned long n)', copyFromUser],
    ['int check_zeroed_user(const void *from, size_t size)', checkZeroed],
  ]),
  ...rowsOf('arch/x86/lib/copy_user_64.S', [
    ['unsigned long copy_user_generic_unrolled(void *to, const void *from, unsigned len)', copyGeneric],
    ['unsigned long copy_user_generic_string(void *to, const void *from, unsigned len)', copyGeneric],
    ['unsigned long copy_user_enhanced_fast_string(void *to, const void *from, unsigned len)', copyGeneric],
  ]),
  ...SIZES.flatMap((size) =>
    rowsOf('arch/x86/lib/getuser.S', [
      [`int __get_user_${size}(void)`, getUser(size)],
      [`int __get_user_nocheck_${size}(void)`, getUser(size)],
      [`void __put_user_${size}(void)`, putUser(size)],
      [`void __put_user_nocheck_${size}(void)`, putUser(size)],
    ]),
  ),
  ...rowsOf('lib/strncpy_from_user.c', [
    ['long strncpy_from_user(char *dst, const char *src, long count)', stringFromUser],
    [
      'long strnlen_user(const char *str, long count)',
      (call) => (readUserString(call, call.pointer(0), call.size(1))?.length ?? -1) + 1,
    ],
  ]),
  ...rowsOf('mm/util.c', [
    ['void __check_object_size(const void *ptr, unsigned long n, bool to_user)', checkObjectSize],
    ['void __copy_overflow(int size, unsigned long count)', () => undefined],
    [
      'void *memdup_user(const void *src, size_t len)',
      (call) => {
        const [source, size] = [call.pointer(0), call.size(1)];
        const target = allocate(call, size);
        return target !== 0 && copyUser(call, target, source, size, source) > 0 ? EFAULT : target;
      },
    ],
    [
      'void *memdup_user_nul(const void *src, size_t len)',
      (call) => {
        const [source, size] = [call.pointer(0), call.size(1)];
        const target = allocate(call, size + 1);
        return target !== 0 && copyUser(call, target, source, size, source) > 0 ? EFAULT : target;
      },
    ],
  ]),
  ...rowsOf('fs/libfs.c', [
    [
      'ssize_t simple_read_from_buffer(void *to, size_t count, loff_t *ppos, const void *from, size_t available)',
      readFromBuffer,
    ],
    [
      'ssize_t simple_write_to_buffer(void *to, size_t available, loff_t *ppos, const void *from, size_t count)',
      writeToBuffer,
    ],
  ]),
];
