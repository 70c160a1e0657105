import type { CallChain } from '../../../abi/call-chains.ts';
import { isErrorValue } from '../../../abi/negative-errno.ts';
import { kfree, kzalloc } from '../../../kernel/memory/heap.ts';
import { type Address, PAGE_SIZE } from '../../../memory/address.ts';
import { withFrames } from '../../core/faults/call-frames.ts';
import { sprintSymbol } from '../../core/faults/symbolize.ts';
import type { Session } from '../../core/session.ts';
import { emit } from '../text/printk.ts';

/** `SEQ_START_TOKEN`: the one element of a `single_open` file. */
const START_TOKEN = 1;

/** A field of `struct seq_file`. */
export function at(session: Session, seq: Address, field: string): Address {
  return session.at(seq, 'seq_file', field);
}

/** A number field of `struct seq_file`. */
export function get(session: Session, seq: Address, field: string): number {
  return Number(BigInt.asIntN(64, session.memory.readU64(at(session, seq, field))));
}

/** Sets a number field of `struct seq_file`. */
export function set(session: Session, seq: Address, field: string, value: number): void {
  session.memory.writeU64(at(session, seq, field), BigInt.asUintN(64, BigInt(value)));
}

/** `seq_open`: the file's private data becomes a `seq_file` over these operations. */
export function seqOpen(session: Session, file: Address, operations: Address): Address {
  const seq = kzalloc(session.kernel, session.fields.size('seq_file'));
  session.memory.writePointer(session.at(file, 'file', 'private_data'), seq);
  session.memory.writePointer(at(session, seq, 'op'), operations);
  session.memory.writePointer(at(session, seq, 'file'), file);
  return seq;
}

/** `single_open`: one element, shown by `show`. Its operations have no `start`, which marks them. */
export function singleOpen(session: Session, file: Address, show: Address, data: Address): void {
  const operations = kzalloc(session.kernel, session.fields.size('seq_operations'));
  session.memory.writePointer(session.at(operations, 'seq_operations', 'show'), show);
  const seq = seqOpen(session, file, operations);
  session.memory.writePointer(at(session, seq, 'private'), data);
}

/** The iteration of a sequence, through guest code or over the one element. */
class Sequence {
  readonly session: Session;
  readonly seq: Address;
  readonly #operations: Address;

  constructor(session: Session, seq: Address) {
    this.session = session;
    this.seq = seq;
    this.#operations = session.pointerAt(seq, 'seq_file', 'op');
  }

  #function(name: string): Address {
    return this.session.pointerAt(this.#operations, 'seq_operations', name);
  }

  get index(): Address {
    return at(this.session, this.seq, 'index');
  }

  start(): Address {
    const start = this.#function('start');
    if (start === 0) return get(this.session, this.seq, 'index') === 0 ? START_TOKEN : 0;
    return pointer(this.session.call(start, this.seq, this.index));
  }

  next(element: Address): Address {
    const next = this.#function('next');
    const before = get(this.session, this.seq, 'index');
    const found = next === 0 ? 0 : pointer(this.session.call(next, this.seq, element, this.index));
    if (next === 0) set(this.session, this.seq, 'index', before + 1);
    else if (before === get(this.session, this.seq, 'index')) this.#complain(next, before);
    return found;
  }

  #complain(next: Address, index: number): void {
    const name = sprintSymbol(this.session.kernel, next, 's');
    emit(this.session, `\x016seq_file: buggy .next function ${name} did not update position index\n`);
    set(this.session, this.seq, 'index', index + 1);
  }

  stop(element: Address): void {
    const stop = this.#function('stop');
    if (stop !== 0) this.session.call(stop, this.seq, element);
  }

  show(element: Address): number {
    const { session } = this;
    const way: CallChain[] = session.depth > 0 ? ['seqRead', 'seqShow'] : ['seqShow'];
    return withFrames(session, way, () => session.callInt(this.#function('show'), this.seq, element));
  }

  get overflowed(): boolean {
    return get(this.session, this.seq, 'count') === get(this.session, this.seq, 'size');
  }
}

function pointer(value: bigint): Address {
  return Number(BigInt.asIntN(64, value));
}

function isEnd(element: Address): boolean {
  return element === 0 || isErrorValue(element);
}

/** A fresh buffer twice the size. */
function grow(session: Session, seq: Address, size: number): void {
  const old = session.pointerAt(seq, 'seq_file', 'buf');
  if (old !== 0) kfree(session.kernel, old);
  session.memory.writePointer(at(session, seq, 'buf'), kzalloc(session.kernel, size));
  set(session, seq, 'size', size);
  set(session, seq, 'count', 0);
}

/** What is in the buffer goes out, at most `room` bytes. */
function drain(session: Session, seq: Address, target: Address, room: number): number {
  const count = Math.min(get(session, seq, 'count'), room);
  const from = get(session, seq, 'from');
  const buffer = session.pointerAt(seq, 'seq_file', 'buf');
  if (count > 0) session.memory.view(target, count, 'write').set(session.memory.view(buffer + from, count, 'read'));
  set(session, seq, 'from', from + count);
  set(session, seq, 'count', get(session, seq, 'count') - count);
  return count;
}

/** The first element that shows something, in the buffer; its address, or what ended the search. */
function fillFirst(sequence: Sequence): { element: Address; error: number } {
  const { session, seq } = sequence;
  let element = sequence.start();
  while (!isEnd(element)) {
    const error = sequence.show(element);
    if (error < 0) return { element, error };
    if (error > 0) set(session, seq, 'count', 0);
    if (get(session, seq, 'count') === 0) {
      element = sequence.next(element);
    } else if (sequence.overflowed) {
      sequence.stop(element);
      grow(session, seq, get(session, seq, 'size') * 2);
      element = sequence.start();
    } else return { element, error: 0 };
  }
  return { element, error: isErrorValue(element) ? element : 0 };
}

/** As many more elements as fit. The element where it stopped. */
function fillMore(sequence: Sequence, first: Address, wanted: number): Address {
  const { session, seq } = sequence;
  let element = first;
  for (;;) {
    const count = get(session, seq, 'count');
    element = sequence.next(element);
    if (isEnd(element) || count >= wanted) return element;
    const error = sequence.show(element);
    if (error > 0) set(session, seq, 'count', count);
    else if (error < 0 || sequence.overflowed) {
      set(session, seq, 'count', count);
      return element;
    }
  }
}

/** `seq_read`: fs/seq_file.c, `seq_read_iter`. Moves `*position`. */
export function seqRead(session: Session, file: Address, target: Address, size: number, position: Address): number {
  const { memory } = session;
  const seq = session.pointerAt(file, 'file', 'private_data');
  if (size === 0) return 0;
  if (memory.readU64(position) === 0n) for (const field of ['index', 'count', 'from']) set(session, seq, field, 0);
  if (session.pointerAt(seq, 'seq_file', 'buf') === 0) grow(session, seq, PAGE_SIZE);
  let copied = drain(session, seq, target, size);
  if (get(session, seq, 'count') === 0) {
    const result = refill(session, seq, target + copied, size - copied);
    if (result < 0 && copied === 0) return result;
    copied += Math.max(0, result);
  }
  memory.writeU64(position, memory.readU64(position) + BigInt(copied));
  set(session, seq, 'read_pos', Number(memory.readU64(position)));
  return copied;
}

function refill(session: Session, seq: Address, target: Address, room: number): number {
  const sequence = new Sequence(session, seq);
  set(session, seq, 'from', 0);
  const { element, error } = fillFirst(sequence);
  if (isEnd(element) || error < 0) {
    sequence.stop(element);
    set(session, seq, 'count', 0);
    return error;
  }
  sequence.stop(fillMore(sequence, element, room));
  return drain(session, seq, target, room);
}

/** `seq_release`. */
export function release(session: Session, file: Address, single: boolean): number {
  const seq = session.pointerAt(file, 'file', 'private_data');
  const buffer = session.pointerAt(seq, 'seq_file', 'buf');
  if (buffer !== 0) kfree(session.kernel, buffer);
  if (single) kfree(session.kernel, session.pointerAt(seq, 'seq_file', 'op'));
  kfree(session.kernel, seq);
  return 0;
}

/** `seq_release`, `single_release`, `seq_release_private` for files that the kernel opened itself. */
export function seqRelease(session: Session, file: Address, single: boolean): void {
  release(session, file, single);
}
