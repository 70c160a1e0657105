import { type Address, PAGE_SIZE } from '../../../memory/address.ts';
import { addressOfPage, pageOf } from '../../core/kernel-data/page-frames.ts';
import type { Session } from '../../core/session.ts';
import { type GuestCall, type KernelFunction, rowsOf } from '../../kernel-function.ts';

/** `SG_CHAIN`, `SG_END` in `page_link`: include/linux/scatterlist.h. */
const CHAIN = 1n;
const END = 2n;

const at = (session: Session, entry: Address, field: string): Address => session.at(entry, 'scatterlist', field);
const link = (session: Session, entry: Address): bigint => session.memory.readU64(at(session, entry, 'page_link'));
const lengthOf = (session: Session, entry: Address): number => session.memory.readU32(at(session, entry, 'length'));

/** `sg_virt`. */
function bytesAt(session: Session, entry: Address): Address {
  const page = Number(BigInt.asIntN(64, link(session, entry) & ~(CHAIN | END)));
  return addressOfPage(page) + session.memory.readU32(at(session, entry, 'offset'));
}

/** `sg_next`: 0 behind the last entry. */
function next(session: Session, entry: Address): Address {
  if (link(session, entry) & END) return 0;
  const following = entry + session.fields.size('scatterlist');
  const word = link(session, following);
  return word & CHAIN ? Number(BigInt.asIntN(64, word & ~(CHAIN | END))) : following;
}

function entries(session: Session, first: Address): Address[] {
  const list: Address[] = [];
  for (let entry = first; entry !== 0; entry = next(session, entry)) list.push(entry);
  return list;
}

/** `sg_init_table`: empty entries, the last one marked. */
function initTable({ session, memory }: GuestCall, table: Address, count: number): void {
  const size = session.fields.size('scatterlist');
  memory.view(table, count * size, 'write').fill(0);
  memory.writeU64(at(session, table + (count - 1) * size, 'page_link'), END);
}

/** `sg_set_buf` of one entry a piece, whose marks stay as they are: how many. */
export function fillTable(session: Session, table: Address, pieces: readonly (readonly [Address, number])[]): number {
  const size = session.fields.size('scatterlist');
  for (const [index, [place, length]] of pieces.entries()) {
    const entry = table + index * size;
    const marks = link(session, entry) & (CHAIN | END);
    session.memory.writeU64(at(session, entry, 'page_link'), BigInt.asUintN(64, BigInt(pageOf(place))) | marks);
    session.memory.writeU32(at(session, entry, 'offset'), place & (PAGE_SIZE - 1));
    session.memory.writeU32(at(session, entry, 'length'), length);
  }
  return pieces.length;
}

function initOne(call: GuestCall): void {
  const { session, memory } = call;
  const [entry, buffer, length] = [call.pointer(0), call.pointer(1), call.unsigned(2)];
  initTable(call, entry, 1);
  memory.writeU64(at(session, entry, 'page_link'), BigInt.asUintN(64, BigInt(pageOf(buffer))) | END);
  memory.writeU32(at(session, entry, 'offset'), buffer & (PAGE_SIZE - 1));
  memory.writeU32(at(session, entry, 'length'), length);
}

/** Fields of a `struct sg_mapping_iter`: an entry is shown as one piece, for pages of the direct map lie in a row. */
class Iterator {
  readonly #session: Session;
  readonly #address: Address;

  constructor(session: Session, address: Address) {
    this.#session = session;
    this.#address = address;
  }

  #at(field: string): Address {
    return this.#session.at(this.#address, 'sg_mapping_iter', field);
  }

  get #entryAt(): Address {
    return this.#session.at(this.#at('piter'), 'sg_page_iter', 'sg');
  }

  start(entry: Address): void {
    const { memory, fields } = this.#session;
    memory.view(this.#address, fields.size('sg_mapping_iter'), 'write').fill(0);
    memory.writePointer(this.#entryAt, entry);
    memory.writeU32(this.#at('__remaining'), entry === 0 ? 0 : lengthOf(this.#session, entry));
  }

  /** `sg_miter_stop`: what was used of the piece that is shown does not come again. */
  stop(): void {
    const { memory } = this.#session;
    if (memory.readPointer(this.#at('addr')) === 0) return;
    const used = Number(memory.readU64(this.#at('consumed')));
    for (const [field, change] of [
      ['__offset', used],
      ['__remaining', -used],
    ] as const)
      memory.writeU32(this.#at(field), memory.readU32(this.#at(field)) + change);
    for (const field of ['addr', 'length', 'consumed']) memory.writeU64(this.#at(field), 0n);
  }

  next(): boolean {
    const { memory } = this.#session;
    this.stop();
    while (memory.readU32(this.#at('__remaining')) === 0) if (!this.#advance()) return false;
    const left = memory.readU32(this.#at('__remaining'));
    const entry = memory.readPointer(this.#entryAt);
    memory.writePointer(this.#at('addr'), bytesAt(this.#session, entry) + memory.readU32(this.#at('__offset')));
    for (const field of ['length', 'consumed']) memory.writeU64(this.#at(field), BigInt(left));
    return true;
  }

  #advance(): boolean {
    const { memory } = this.#session;
    const entry = memory.readPointer(this.#entryAt);
    const following = entry === 0 ? 0 : next(this.#session, entry);
    if (following === 0) return false;
    memory.writePointer(this.#entryAt, following);
    memory.writeU32(this.#at('__offset'), 0);
    memory.writeU32(this.#at('__remaining'), lengthOf(this.#session, following));
    return true;
  }
}

/** Copies between a buffer and the bytes of a list from `skip` on; how many were copied. */
function copy(session: Session, list: Address, buffer: Address, size: number, skip: number, into: boolean): number {
  const { memory } = session;
  let [done, before] = [0, skip];
  for (const entry of entries(session, list)) {
    const length = lengthOf(session, entry);
    const count = Math.min(length - before, size - done);
    if (count > 0) {
      const [place, other] = [bytesAt(session, entry) + before, buffer + done];
      memory.view(into ? place : other, count, 'write').set(memory.view(into ? other : place, count, 'read').slice());
      done += count;
    }
    before = Math.max(0, before - length);
  }
  return done;
}

/** `sg_copy_from_buffer(sgl, nents, buf, buflen)` and back. */
const copyBuffer =
  (into: boolean): KernelFunction =>
  (call) =>
    copy(call.session, call.pointer(0), call.pointer(2), call.size(3), 0, into);

/** Lists of pieces of memory: lib/scatterlist.c. */
export const scatterlistFunctions = () => [
  ...rowsOf('lib/scatterlist.c', [
    ['struct scatterlist *sg_next(struct scatterlist *sg)', (call) => next(call.session, call.pointer(0))],
    ['int sg_nents(struct scatterlist *sg)', (call) => entries(call.session, call.pointer(0)).length],
    [
      'struct scatterlist *sg_last(struct scatterlist *s, unsigned int nents)',
      (call) => entries(call.session, call.pointer(0))[call.unsigned(1) - 1] ?? 0,
    ],
    [
      'void sg_init_table(struct scatterlist *sgl, unsigned int nents)',
      (call) => initTable(call, call.pointer(0), call.unsigned(1)),
    ],
    ['void sg_init_one(struct scatterlist *sg, const void *buf, unsigned int buflen)', initOne],
    [
      'void sg_miter_start(struct sg_mapping_iter *miter, struct scatterlist *sgl, unsigned int nents, unsigned int flags)',
      (call) => new Iterator(call.session, call.pointer(0)).start(call.pointer(1)),
    ],
    ['bool sg_miter_next(struct sg_mapping_iter *miter)', (call) => new Iterator(call.session, call.pointer(0)).next()],
    ['void sg_miter_stop(struct sg_mapping_iter *miter)', (call) => new Iterator(call.session, call.pointer(0)).stop()],
    [
      'size_t sg_copy_from_buffer(struct scatterlist *sgl, unsigned int nents, const void *buf, size_t buflen)',
      copyBuffer(true),
    ],
    [
      'size_t sg_copy_to_buffer(struct scatterlist *sgl, unsigned int nents, void *buf, size_t buflen)',
      copyBuffer(false),
    ],
  ]),
  ...rowsOf('crypto/scatterwalk.c', [
    [
      'void scatterwalk_map_and_copy(void *buf, struct scatterlist *sg, unsigned int start, unsigned int nbytes, int out)',
      (call) => {
        const [buffer, list, start, size] = [call.pointer(0), call.pointer(1), call.unsigned(2), call.unsigned(3)];
        copy(call.session, list, buffer, size, start, call.int(4) !== 0);
      },
    ],
  ]),
];
