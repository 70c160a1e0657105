import { EINVAL, ENAMETOOLONG } from '../../../abi/negative-errno.ts';
import { KERN, printk } from '../../../kernel/log/printk.ts';
import { subsystem } from '../../../kernel/subsystem.ts';
import type { Address } from '../../../memory/address.ts';
import { writeBytes } from '../../guest-text.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';
import { readContents, writeContents } from '../../vfs/file-io.ts';
import { dentryPath } from '../../vfs/file-object.ts';
import { closeFile, type OpenFile, openFile } from '../../vfs/open-file.ts';

/** Files that modules opened, by their `struct file`. */
const fileState = subsystem('kernelFiles', () => ({ open: {} as Record<string, OpenFile> }));

function open(call: GuestCall): Address {
  const opened = openFile(call.session, call.string(0).replace(/^\/+/, ''), call.int(1));
  if (typeof opened === 'number') return opened;
  fileState(call.kernel).open[opened.file] = opened;
  return opened.file;
}

function close(call: GuestCall): number {
  const { open: files } = fileState(call.kernel);
  const opened = files[call.pointer(0)];
  if (!opened) return 0;
  delete files[call.pointer(0)];
  closeFile(call.session, opened);
  return 0;
}

/** `warn_unsupported`: the kernel reads and writes only by `read_iter` and `write_iter`, which drivers rarely have. */
function unsupported(call: GuestCall, opened: OpenFile, what: string): number {
  const { pid, comm } = call.session.current;
  const names = (pathOf(call, opened.file) ?? '').slice(1).split('/').slice(-4).join('/');
  const text = `kernel ${what} not supported for file ${names} (pid: ${pid} comm: ${comm})`;
  printk(call.kernel, KERN.WARNING, text);
  return EINVAL;
}

/** The file, when the kernel may read and write it. */
function served(call: GuestCall, what: string): OpenFile | number {
  const opened = fileState(call.kernel).open[call.pointer(0)];
  if (!opened) return EINVAL;
  const kind = opened.node?.source?.kind;
  return kind === 'memory' || kind === 'attribute' ? opened : unsupported(call, opened, what);
}

/** Does something at the position that the caller keeps: `loff_t *pos`. */
function atPosition(call: GuestCall, { position }: OpenFile, work: () => number): number {
  const place = call.pointer(3);
  if (place !== 0) call.memory.writeU64(position, call.memory.readU64(place));
  const result = work();
  if (place !== 0 && result > 0) call.memory.writeU64(place, call.memory.readU64(position));
  return result;
}

function read(call: GuestCall): number {
  const [buffer, size] = [call.pointer(1), call.size(2)];
  const opened = served(call, 'read');
  if (typeof opened === 'number') return opened;
  return atPosition(call, opened, () => {
    const text = readContents(call.session, opened, size);
    if (typeof text === 'number') return text;
    writeBytes(call.session, buffer, text);
    return text.length;
  });
}

function write(call: GuestCall): number {
  const [buffer, size] = [call.pointer(1), call.size(2)];
  const opened = served(call, 'write');
  if (typeof opened === 'number') return opened;
  const text = Array.from(call.memory.view(buffer, size, 'read'), (byte) => String.fromCharCode(byte)).join('');
  return atPosition(call, opened, () => writeContents(call.session, opened, text));
}

/** `/dev/hello`. */
function pathOf(call: GuestCall, file: Address): string | undefined {
  const { session } = call;
  return shownPath(call, session.at(file, 'file', 'f_path'));
}

function shownPath(call: GuestCall, path: Address): string | undefined {
  const found = dentryPath(call.session, call.session.pointerAt(path, 'path', 'dentry'));
  return found === undefined ? undefined : `/${found}`;
}

/** `prepend_path`: a path at the end of a buffer, where it begins, or an error. */
function putPath(call: GuestCall, path: string | undefined): Address {
  const [buffer, size] = [call.pointer(1), call.int(2)];
  const text = `${path ?? '/'}\0`;
  if (text.length > size) return ENAMETOOLONG;
  const start = buffer + size - text.length;
  writeBytes(call.session, start, text);
  return start;
}

/** Files that modules open, read and write themselves, and the paths of files. */
export const kernelFileFunctions = () => [
  ...rowsOf('fs/open.c', [
    ['struct file *filp_open(const char *filename, int flags, umode_t mode)', open],
    ['int filp_close(struct file *filp, fl_owner_t id)', close],
  ]),
  ...rowsOf('fs/file_table.c', [['void fput(struct file *file)', (call) => void close(call)]]),
  ...rowsOf('fs/read_write.c', [
    ['ssize_t kernel_read(struct file *file, void *buf, size_t count, loff_t *pos)', read],
    ['ssize_t kernel_write(struct file *file, const void *buf, size_t count, loff_t *pos)', write],
  ]),
  ...rowsOf('fs/d_path.c', [
    [
      'char *d_path(const struct path *path, char *buf, int buflen)',
      (call) => putPath(call, shownPath(call, call.pointer(0))),
    ],
    [
      'char *dentry_path_raw(const struct dentry *dentry, char *buf, int buflen)',
      (call) => putPath(call, dentryPath(call.session, call.pointer(0))?.replace(/^[^/]*/, '')),
    ],
  ]),
  ...rowsOf('fs/open.c', [
    [
      'char *file_path(struct file *filp, char *buf, int buflen)',
      (call) => putPath(call, pathOf(call, call.pointer(0))),
    ],
  ]),
];
