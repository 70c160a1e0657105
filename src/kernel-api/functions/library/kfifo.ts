import { EFAULT, EINVAL, ENOMEM } from '../../../abi/negative-errno.ts';
import type { Address } from '../../../memory/address.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';
import { fillTable } from '../memory/scatterlist.ts';
import { allocate, release } from '../memory/slab.ts';
import { copyUser } from '../memory/uaccess.ts';

/** Moves bytes between the ring and the caller's memory: what could not be moved. */
export type Move = (ring: Address, outside: Address, count: number) => number;

/** Fields of a `struct __kfifo`: indices count elements and run on over their 32 bits. */
export class Fifo {
  readonly #call: GuestCall;
  readonly #address: Address;

  constructor(call: GuestCall, address: Address) {
    this.#call = call;
    this.#address = address;
  }

  #at(field: string): Address {
    return this.#call.session.at(this.#address, '__kfifo', field);
  }

  read(field: 'in' | 'out' | 'mask' | 'esize'): number {
    return this.#call.memory.readU32(this.#at(field));
  }

  write(field: 'in' | 'out' | 'mask' | 'esize', value: number): void {
    this.#call.memory.writeU32(this.#at(field), value >>> 0);
  }

  get data(): Address {
    return this.#call.memory.readPointer(this.#at('data'));
  }

  set data(address: Address) {
    this.#call.memory.writePointer(this.#at('data'), address);
  }

  get used(): number {
    return (this.read('in') - this.read('out')) >>> 0;
  }

  get unused(): number {
    return this.read('mask') + 1 - this.used;
  }

  /** The one or two pieces of the ring that `count` elements from an index on lie in: address and bytes. */
  pieces(index: number, count: number): [Address, number][] {
    const [size, bytes] = [this.read('mask') + 1, this.read('esize')];
    const start = index & this.read('mask');
    const first = Math.min(count, size - start);
    return [
      [this.data + start * bytes, first * bytes],
      [this.data, (count - first) * bytes],
    ];
  }

  /** Moves `count` elements at an index: the bytes that were not moved. */
  move(index: number, count: number, outside: Address, how: Move): number {
    let [at, left] = [outside, 0];
    for (const [place, bytes] of this.pieces(index, count)) {
      left += left > 0 ? bytes : how(place, at, bytes);
      at += bytes;
    }
    return left;
  }
}

function setUp(fifo: Fifo, data: Address, size: number, elementSize: number): void {
  fifo.write('in', 0);
  fifo.write('out', 0);
  fifo.write('esize', elementSize);
  fifo.write('mask', size === 0 ? 0 : size - 1);
  fifo.data = data;
}

function init(call: GuestCall): number {
  const elementSize = call.size(3);
  const count = Math.floor(call.unsigned(2) / elementSize);
  const size = count === 0 ? 0 : 2 ** (31 - Math.clz32(count));
  setUp(new Fifo(call, call.pointer(0)), call.pointer(1), size < 2 ? 0 : size, elementSize);
  return size < 2 ? EINVAL : 0;
}

function alloc(call: GuestCall): number {
  const [wanted, elementSize] = [call.unsigned(1), call.size(2)];
  const size = wanted <= 1 ? wanted : 2 ** (32 - Math.clz32(wanted - 1));
  const fifo = new Fifo(call, call.pointer(0));
  const data = size < 2 ? 0 : allocate(call, size * elementSize);
  setUp(fifo, data, data === 0 ? 0 : size, elementSize);
  if (size < 2) return EINVAL;
  return data === 0 ? ENOMEM : 0;
}

function free(call: GuestCall): void {
  const fifo = new Fifo(call, call.pointer(0));
  release(call, fifo.data);
  setUp(fifo, 0, 0, 0);
}

/** From the caller's memory into the ring. */
export const inward =
  (call: GuestCall): Move =>
  (ring, outside, count) => {
    if (count > 0) call.memory.view(ring, count, 'write').set(call.memory.view(outside, count, 'read').slice());
    return 0;
  };
/** From the ring to the caller's memory. */
export const outward =
  (call: GuestCall): Move =>
  (ring, outside, count) =>
    inward(call)(outside, ring, count);
/** From a program's memory into the ring. */
export const fromUser =
  (call: GuestCall): Move =>
  (ring, outside, count) =>
    copyUser(call, ring, outside, count, outside);
/** From the ring to a program's memory. */
export const toUser =
  (call: GuestCall): Move =>
  (ring, outside, count) =>
    copyUser(call, outside, ring, count, outside);

/** `__kfifo_in(fifo, buf, len)`. */
function putIn(call: GuestCall): number {
  const fifo = new Fifo(call, call.pointer(0));
  const count = Math.min(call.unsigned(2), fifo.unused);
  fifo.move(fifo.read('in'), count, call.pointer(1), inward(call));
  fifo.write('in', fifo.read('in') + count);
  return count;
}

/** `__kfifo_out(fifo, buf, len)`, and `__kfifo_out_peek`, which leaves the elements there. */
const takeOut =
  (stays: boolean) =>
  (call: GuestCall): number => {
    const fifo = new Fifo(call, call.pointer(0));
    const count = Math.min(call.unsigned(2), fifo.used);
    fifo.move(fifo.read('out'), count, call.pointer(1), outward(call));
    if (!stays) fifo.write('out', fifo.read('out') + count);
    return count;
  };

/** `__kfifo_from_user(fifo, from, len, copied)`, `__kfifo_to_user(fifo, to, len, copied)`. */
const withUser =
  (index: 'in' | 'out', how: (call: GuestCall) => Move) =>
  (call: GuestCall): number => {
    const fifo = new Fifo(call, call.pointer(0));
    const size = fifo.read('esize');
    const count = Math.min(Math.floor(call.size(2) / size), index === 'in' ? fifo.unused : fifo.used);
    const left = fifo.move(fifo.read(index), count, call.pointer(1), how(call));
    call.memory.writeU32(call.pointer(3), count * size - left);
    fifo.write(index, fifo.read(index) + count - Math.ceil(left / size));
    return left > 0 ? EFAULT : 0;
  };

/** `__kfifo_dma_in_prepare(fifo, sgl, nents, len)`, `__kfifo_dma_out_prepare`: the pieces as a scatterlist. */
const prepareDma =
  (index: 'in' | 'out') =>
  (call: GuestCall): number => {
    const fifo = new Fifo(call, call.pointer(0));
    const count = Math.min(call.unsigned(3), index === 'in' ? fifo.unused : fifo.used);
    const pieces = fifo.pieces(fifo.read(index), count).filter(([, bytes]) => bytes > 0);
    return fillTable(call.session, call.pointer(1), pieces.slice(0, call.int(2)));
  };

/** Arguments of the functions that copy to or from a buffer of the kernel's. */
export const BUFFER_ARGUMENTS = 'struct __kfifo *fifo, void *buf, unsigned int len';
/** Arguments of the functions that copy to or from a program's buffer. */
export const USER_ARGUMENTS = 'struct __kfifo *fifo, void *user, unsigned long len, unsigned int *copied';

/** Ring buffers: lib/kfifo.c. */
export const kfifoFunctions = () =>
  rowsOf('lib/kfifo.c', [
    ['int __kfifo_init(struct __kfifo *fifo, void *buffer, unsigned int size, size_t esize)', init],
    ['int __kfifo_alloc(struct __kfifo *fifo, unsigned int size, size_t esize, gfp_t gfp_mask)', alloc],
    ['void __kfifo_free(struct __kfifo *fifo)', free],
    [`unsigned int __kfifo_in(${BUFFER_ARGUMENTS})`, putIn],
    [`unsigned int __kfifo_out(${BUFFER_ARGUMENTS})`, takeOut(false)],
    [`unsigned int __kfifo_out_peek(${BUFFER_ARGUMENTS})`, takeOut(true)],
    [`int __kfifo_from_user(${USER_ARGUMENTS})`, withUser('in', fromUser)],
    [`int __kfifo_to_user(${USER_ARGUMENTS})`, withUser('out', toUser)],
    [
      'unsigned int __kfifo_dma_in_prepare(struct __kfifo *fifo, struct scatterlist *sgl, int nents, unsigned int len)',
      prepareDma('in'),
    ],
    [
      'unsigned int __kfifo_dma_out_prepare(struct __kfifo *fifo, struct scatterlist *sgl, int nents, unsigned int len)',
      prepareDma('out'),
    ],
  ]);
