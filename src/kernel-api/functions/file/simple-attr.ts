import { EACCES, EINVAL } from '../../../abi/negative-errno.ts';
import { kfree, kzalloc } from '../../../kernel/memory/heap.ts';
import { kstrtoll } from '../../../kernel/params/kstrtox.ts';
import type { Address } from '../../../memory/address.ts';
import { readGuestText, writeBytes } from '../../guest-text.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';
import { format } from '../text/printk.ts';

const U64 = 8;
/** Our `struct simple_attr`, which only this file looks into: `get`, `set`, `data`, `fmt`, then the text. */
const AT = { get: 0, set: 8, data: 16, format: 24, text: 32 } as const;
/** Bytes of a text with its NUL: `simple_attr.get_buf`. */
const TEXT_SIZE = 24;

function attribute(call: GuestCall): Address {
  return call.session.pointerAt(call.pointer(0), 'file', 'private_data');
}

/** `simple_attr_open(inode, file, get, set, fmt)`. */
function open(call: GuestCall): number {
  const { session, memory, kernel } = call;
  const [inode, file, get, set, text] = [0, 1, 2, 3, 4].map((index) => call.pointer(index));
  const made = kzalloc(kernel, AT.text + TEXT_SIZE);
  memory.writePointer(made + AT.get, get!);
  memory.writePointer(made + AT.set, set!);
  memory.writePointer(made + AT.data, session.pointerAt(inode!, 'inode', 'i_private'));
  memory.writePointer(made + AT.format, text!);
  memory.writePointer(session.at(file!, 'file', 'private_data'), made);
  return 0;
}

/** The text of the value that `get` gives, or a negative errno. */
function fetch(call: GuestCall, place: Address): string | number {
  const { session, memory, kernel } = call;
  const value = kzalloc(kernel, U64);
  const error = session.callInt(memory.readPointer(place + AT.get), memory.readPointer(place + AT.data), value);
  const number = memory.readU64(value);
  kfree(kernel, value);
  if (error !== 0) return error;
  return format(call, memory.readCString(memory.readPointer(place + AT.format)), { next: () => number });
}

/** `simple_attr_read`: the value is fetched at the beginning of the file. */
function read(call: GuestCall): number {
  const { session, memory } = call;
  const [buffer, size, position] = [call.pointer(1), call.size(2), call.pointer(3)];
  const place = attribute(call);
  if (memory.readPointer(place + AT.get) === 0) return EACCES;
  const at = Number(memory.readU64(position));
  if (at === 0) {
    const text = fetch(call, place);
    if (typeof text === 'number') return text;
    writeBytes(session, place + AT.text, `${text.slice(0, TEXT_SIZE - 1)}\0`);
  }
  const part = memory.readCString(place + AT.text).slice(at, at + size);
  writeBytes(session, buffer, part);
  memory.writeU64(position, BigInt(at + part.length));
  return part.length;
}

/** `simple_attr_write`: all that was written counts as taken. */
function write(call: GuestCall): number {
  const { session, memory } = call;
  const [buffer, size] = [call.pointer(1), call.size(2)];
  const place = attribute(call);
  const set = memory.readPointer(place + AT.set);
  if (set === 0) return EACCES;
  const parsed = kstrtoll(readGuestText(session, buffer, Math.min(size, TEXT_SIZE - 1)));
  if ('error' in parsed) return EINVAL;
  const error = session.callInt(set, memory.readPointer(place + AT.data), BigInt.asUintN(64, parsed.value));
  return error === 0 ? size : error;
}

function release(call: GuestCall): number {
  kfree(call.kernel, call.session.pointerAt(call.pointer(1), 'file', 'private_data'));
  return 0;
}

/** Files of one number with functions of the module's own. */
export const simpleAttributeFunctions = () => [
  ...rowsOf('fs/libfs.c', [
    [
      'int simple_attr_open(struct inode *inode, struct file *file, int (*get)(void *, u64 *), int (*set)(void *, u64), const char *fmt)',
      open,
    ],
    ['ssize_t simple_attr_read(struct file *file, char *buf, size_t len, loff_t *ppos)', read],
    ['ssize_t simple_attr_write(struct file *file, const char *buf, size_t len, loff_t *ppos)', write],
    ['ssize_t simple_attr_write_signed(struct file *file, const char *buf, size_t len, loff_t *ppos)', write],
    ['int simple_attr_release(struct inode *inode, struct file *file)', release],
  ]),
  ...rowsOf('fs/debugfs/file.c', [
    ['ssize_t debugfs_attr_read(struct file *file, char *buf, size_t len, loff_t *ppos)', read],
    ['ssize_t debugfs_attr_write(struct file *file, const char *buf, size_t len, loff_t *ppos)', write],
    ['ssize_t debugfs_attr_write_signed(struct file *file, const char *buf, size_t len, loff_t *ppos)', write],
  ]),
];
