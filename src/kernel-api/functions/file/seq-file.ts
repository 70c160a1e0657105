import { EINVAL, ENOMEM } from '../../../abi/negative-errno.ts';
import { kzalloc } from '../../../kernel/memory/heap.ts';
import type { Address } from '../../../memory/address.ts';
import { writeBytes } from '../../guest-text.ts';
import { doing, type GuestCall, rowsOf } from '../../kernel-function.ts';
import { guestArguments } from '../../vsprintf/format-context.ts';
import { format, variadic } from '../text/printk.ts';
import { at, get, release, seqOpen, seqRead, set, singleOpen } from './seq-read.ts';

/** Appends; a text that does not fit fills the buffer up, which asks for a larger one. */
function append(call: GuestCall, text: string): number {
  const { session } = call;
  const seq = call.pointer(0);
  const [count, size] = [get(session, seq, 'count'), get(session, seq, 'size')];
  if (count + text.length < size) {
    writeBytes(session, session.pointerAt(seq, 'seq_file', 'buf') + count, text);
    set(session, seq, 'count', count + text.length);
    return 0;
  }
  set(session, seq, 'count', size);
  return -1;
}

function openPrivate(call: GuestCall, size: number): Address {
  const { session } = call;
  const seq = seqOpen(session, call.pointer(0), call.pointer(1));
  const data = kzalloc(call.kernel, size);
  session.memory.writePointer(at(session, seq, 'private'), data);
  return data;
}

function lseek(call: GuestCall): bigint | number {
  const { session, memory } = call;
  const [file, offset, whence] = [call.pointer(0), call.signedLong(1), call.int(2)];
  const position = session.at(file, 'file', 'f_pos');
  const target = whence === 1 ? offset + memory.readU64(position) : offset;
  if (whence > 1 || target < 0n) return EINVAL;
  memory.writeU64(position, target);
  return target;
}

/** `seq_list_start`, `seq_list_next`: elements of a `list_head`. */
function listStart(call: GuestCall, head: Address, position: number): Address {
  let entry = call.memory.readPointer(head);
  for (let left = position; entry !== head; left--, entry = call.memory.readPointer(entry))
    if (left === 0) return entry;
  return 0;
}

/** Sequence files: fs/seq_file.c. */
export const seqFileFunctions = () =>
  rowsOf('fs/seq_file.c', [
    [
      'int seq_open(struct file *file, const struct seq_operations *op)',
      doing((call) => seqOpen(call.session, call.pointer(0), call.pointer(1)), 0),
    ],
    [
      'ssize_t seq_read(struct file *file, char *buf, size_t size, loff_t *ppos)',
      (call) => seqRead(call.session, call.pointer(0), call.pointer(1), call.size(2), call.pointer(3)),
    ],
    ['loff_t seq_lseek(struct file *file, loff_t offset, int whence)', lseek],
    [
      'int seq_release(struct inode *inode, struct file *file)',
      (call) => release(call.session, call.pointer(1), false),
    ],
    [
      'int single_release(struct inode *inode, struct file *file)',
      (call) => release(call.session, call.pointer(1), true),
    ],
    [
      'int seq_release_private(struct inode *inode, struct file *file)',
      (call) => release(call.session, call.pointer(1), false),
    ],
    [
      'int single_open(struct file *file, int (*show)(struct seq_file *, void *), void *data)',
      doing((call) => singleOpen(call.session, call.pointer(0), call.pointer(1), call.pointer(2)), 0),
    ],
    [
      'int single_open_size(struct file *file, int (*show)(struct seq_file *, void *), void *data, size_t size)',
      doing((call) => singleOpen(call.session, call.pointer(0), call.pointer(1), call.pointer(2)), 0),
    ],
    [
      'int seq_open_private(struct file *filp, const struct seq_operations *ops, int psize)',
      (call) => (openPrivate(call, call.int(2)) === 0 ? ENOMEM : 0),
    ],
    [
      'void *__seq_open_private(struct file *f, const struct seq_operations *ops, int psize)',
      (call) => openPrivate(call, call.int(2)),
    ],
    [
      'void seq_printf(struct seq_file *m, const char *f, ...)',
      (call) => void append(call, format(call, call.string(1), variadic(call, 2))),
    ],
    [
      'void seq_vprintf(struct seq_file *m, const char *f, va_list args)',
      (call) => void append(call, format(call, call.string(1), guestArguments(call.memory, call.pointer(2)))),
    ],
    ['void seq_puts(struct seq_file *m, const char *s)', (call) => void append(call, call.string(1))],
    ['void seq_putc(struct seq_file *m, char c)', (call) => void append(call, String.fromCharCode(call.int(1) & 0xff))],
    [
      'int seq_write(struct seq_file *seq, const void *data, size_t len)',
      (call) => append(call, String.fromCharCode(...call.memory.view(call.pointer(1), call.size(2), 'read'))),
    ],
    ['void seq_pad(struct seq_file *m, char c)', (call) => void append(call, String.fromCharCode(call.int(1) & 0xff))],
    [
      'void seq_put_decimal_ull(struct seq_file *m, const char *delimiter, unsigned long long num)',
      (call) => void append(call, (call.pointer(1) === 0 ? '' : call.string(1)) + call.long(2)),
    ],
    [
      'void seq_put_decimal_ll(struct seq_file *m, const char *delimiter, long long num)',
      (call) => void append(call, (call.pointer(1) === 0 ? '' : call.string(1)) + call.signedLong(2)),
    ],
    [
      'struct list_head *seq_list_start(struct list_head *head, loff_t pos)',
      (call) => listStart(call, call.pointer(0), call.size(1)),
    ],
    [
      'struct list_head *seq_list_start_head(struct list_head *head, loff_t pos)',
      (call) => (call.size(1) === 0 ? call.pointer(0) : listStart(call, call.pointer(0), call.size(1) - 1)),
    ],
    [
      'struct list_head *seq_list_next(void *v, struct list_head *head, loff_t *ppos)',
      (call) => {
        const next = call.memory.readPointer(call.pointer(0));
        call.memory.writeU64(call.pointer(2), call.memory.readU64(call.pointer(2)) + 1n);
        return next === call.pointer(1) ? 0 : next;
      },
    ],
  ]);
