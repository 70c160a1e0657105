import { EFAULT } from '../../../abi/negative-errno.ts';
import type { Address } from '../../../memory/address.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';
import { BUFFER_ARGUMENTS, Fifo, fromUser, inward, type Move, outward, toUser, USER_ARGUMENTS } from './kfifo.ts';

/** The length that stands before a record, in one or two bytes. */
function recordLength(call: GuestCall, fifo: Fifo, lengthBytes: number): number {
  let length = 0;
  for (let byte = 0; byte < lengthBytes; byte++) {
    const [[place]] = fifo.pieces(fifo.read('out') + byte, 1) as [[Address, number]];
    length += call.memory.readU8(place) << (8 * byte);
  }
  return length;
}

function putRecord(call: GuestCall, fifo: Fifo, length: number, lengthBytes: number, move: Move): number {
  for (let byte = 0; byte < lengthBytes; byte++) {
    const [[place]] = fifo.pieces(fifo.read('in') + byte, 1) as [[Address, number]];
    call.memory.writeU8(place, (length >> (8 * byte)) & 0xff);
  }
  const left = fifo.move(fifo.read('in') + lengthBytes, length, call.pointer(1), move);
  if (left === 0) fifo.write('in', fifo.read('in') + length + lengthBytes);
  return left;
}

/** `__kfifo_in_r(fifo, buf, len, recsize)`. */
function putInRecord(call: GuestCall): number {
  const fifo = new Fifo(call, call.pointer(0));
  const [length, lengthBytes] = [call.unsigned(2), call.size(3)];
  if (length + lengthBytes > fifo.unused) return 0;
  putRecord(call, fifo, length, lengthBytes, inward(call));
  return length;
}

/** `__kfifo_out_r(fifo, buf, len, recsize)`, `__kfifo_out_peek_r`. */
const takeRecord =
  (stays: boolean) =>
  (call: GuestCall): number => {
    const fifo = new Fifo(call, call.pointer(0));
    const lengthBytes = call.size(3);
    if (fifo.used === 0) return 0;
    const length = recordLength(call, fifo, lengthBytes);
    const count = Math.min(call.unsigned(2), length);
    fifo.move(fifo.read('out') + lengthBytes, count, call.pointer(1), outward(call));
    if (!stays) fifo.write('out', fifo.read('out') + length + lengthBytes);
    return count;
  };

/** `__kfifo_from_user_r(fifo, from, len, copied, recsize)`. */
function recordFromUser(call: GuestCall): number {
  const fifo = new Fifo(call, call.pointer(0));
  const lengthBytes = call.size(4);
  const length = Math.min(call.size(2), 2 ** (8 * lengthBytes) - 1);
  const fits = length + lengthBytes <= fifo.unused;
  const left = fits ? putRecord(call, fifo, length, lengthBytes, fromUser(call)) : length;
  call.memory.writeU32(call.pointer(3), left > 0 ? 0 : length);
  return fits && left > 0 ? EFAULT : 0;
}

/** `__kfifo_to_user_r(fifo, to, len, copied, recsize)`. */
function recordToUser(call: GuestCall): number {
  const fifo = new Fifo(call, call.pointer(0));
  const lengthBytes = call.size(4);
  const length = fifo.used === 0 ? 0 : recordLength(call, fifo, lengthBytes);
  const count = Math.min(call.size(2), length);
  const left = fifo.move(fifo.read('out') + lengthBytes, count, call.pointer(1), toUser(call));
  call.memory.writeU32(call.pointer(3), left > 0 ? 0 : count);
  if (left > 0) return EFAULT;
  if (fifo.used > 0) fifo.write('out', fifo.read('out') + length + lengthBytes);
  return 0;
}

/** Ring buffers of records, each with its length before it: lib/kfifo.c. */
export const kfifoRecordFunctions = () =>
  rowsOf('lib/kfifo.c', [
    [`unsigned int __kfifo_in_r(${BUFFER_ARGUMENTS}, size_t recsize)`, putInRecord],
    [`unsigned int __kfifo_out_r(${BUFFER_ARGUMENTS}, size_t recsize)`, takeRecord(false)],
    [`unsigned int __kfifo_out_peek_r(${BUFFER_ARGUMENTS}, size_t recsize)`, takeRecord(true)],
    [`int __kfifo_from_user_r(${USER_ARGUMENTS}, size_t recsize)`, recordFromUser],
    [`int __kfifo_to_user_r(${USER_ARGUMENTS}, size_t recsize)`, recordToUser],
    [
      'unsigned int __kfifo_len_r(struct __kfifo *fifo, size_t recsize)',
      (call) => recordLength(call, new Fifo(call, call.pointer(0)), call.size(1)),
    ],
    [
      'unsigned int __kfifo_max_r(unsigned int len, size_t recsize)',
      (call) => Math.min(call.unsigned(0), 2 ** (8 * call.size(1)) - 1),
    ],
    [
      'void __kfifo_skip_r(struct __kfifo *fifo, size_t recsize)',
      (call) => {
        const fifo = new Fifo(call, call.pointer(0));
        fifo.write('out', fifo.read('out') + recordLength(call, fifo, call.size(1)) + call.size(1));
      },
    ],
  ]);
