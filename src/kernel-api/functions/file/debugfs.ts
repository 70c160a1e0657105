import { S_IALLUGO } from '../../../abi/file-mode.ts';
import { EEXIST, isErrorValue } from '../../../abi/negative-errno.ts';
import { KERN, printk } from '../../../kernel/log/printk.ts';
import { kzalloc } from '../../../kernel/memory/heap.ts';
import type { Address } from '../../../memory/address.ts';
import { writeBytes } from '../../guest-text.ts';
import { type GuestCall, type KernelFunction, rowsOf } from '../../kernel-function.ts';
import { addTreeNode, type FileSource, findByObject, findTreeNode, removeTree } from '../../vfs/tree.ts';

/** Where debugfs is mounted, below /. */
const ROOT = 'sys/kernel/debug';

function directoryPath(call: GuestCall, parent: Address): string {
  return findByObject(call.kernel, ROOT, parent)?.path ?? ROOT;
}

/** A `struct dentry` with its name, and its parent's. */
function makeDentry(call: GuestCall, name: string, parent: Address): Address {
  const { session, memory } = call;
  const dentry = kzalloc(call.kernel, session.fields.size('dentry'));
  const text = kzalloc(call.kernel, name.length + 1);
  writeBytes(session, text, name);
  memory.writePointer(session.at(dentry, 'dentry', 'd_name') + session.fields.offset('qstr', 'name'), text);
  memory.writePointer(session.at(dentry, 'dentry', 'd_parent'), parent === 0 ? dentry : parent);
  return dentry;
}

function create(call: GuestCall, parentIndex: number, mode: number, source?: FileSource): Address {
  const [name, parent] = [call.string(0), call.pointer(parentIndex)];
  if (isErrorValue(parent)) return parent;
  const path = `${directoryPath(call, parent)}/${name}`;
  if (findTreeNode(call.kernel, path)) return alreadyPresent(call, path, source === undefined);
  const object = makeDentry(call, name, parent);
  addTreeNode(call.kernel, { path, kind: source ? 'file' : 'directory', mode, object, ...(source && { source }) });
  return object;
}

/** `start_creating`: what debugfs says of a name that is there. */
function alreadyPresent(call: GuestCall, path: string, isDirectory: boolean): number {
  const cut = path.lastIndexOf('/');
  const above = path.slice(0, cut);
  const [what, where] = isDirectory ? ['Directory', 'with parent'] : ['File', 'in directory'];
  const place = above === ROOT ? '/' : above.slice(above.lastIndexOf('/') + 1);
  printk(call.kernel, KERN.ERR, `debugfs: ${what} '${path.slice(cut + 1)}' ${where} '${place}' already present!`);
  return EEXIST;
}

const createFile: KernelFunction = (call) =>
  create(call, 2, call.unsigned(1) & S_IALLUGO, {
    kind: 'operations',
    data: call.pointer(3),
    operations: call.pointer(4),
  });

/** A file that shows a number: printf format, and how many bytes it has. */
const createValue =
  (format: string): KernelFunction =>
  (call) =>
    create(call, 2, call.unsigned(1) & S_IALLUGO, { kind: 'value', format, address: call.pointer(3) });

function remove(call: GuestCall): void {
  const node = findByObject(call.kernel, ROOT, call.pointer(0));
  if (node) removeTree(call.kernel, node.path);
}

function lookup(call: GuestCall): Address {
  const path = `${directoryPath(call, call.pointer(1))}/${call.string(0)}`;
  return findTreeNode(call.kernel, path)?.object ?? 0;
}

/** The kinds of number files: name, C type, format. */
const VALUES = [
  ['u8', 'u8', 'u8'],
  ['u16', 'u16', 'u16'],
  ['u32', 'u32', 'u32'],
  ['u64', 'u64', 'u64'],
  ['ulong', 'unsigned long', 'u64'],
  ['x8', 'u8', 'x8'],
  ['x16', 'u16', 'x16'],
  ['x32', 'u32', 'x32'],
  ['x64', 'u64', 'x64'],
  ['size_t', 'size_t', 'u64'],
  ['atomic_t', 'atomic_t', 's32'],
  ['bool', 'bool', 'bool'],
] as const;

/** Entries of debugfs: fs/debugfs. */
export const debugfsFunctions = () => [
  ...rowsOf('fs/debugfs/inode.c', [
    [
      'struct dentry *debugfs_create_file(const char *name, umode_t mode, struct dentry *parent, void *data, const struct file_operations *fops)',
      createFile,
    ],
    [
      'struct dentry *debugfs_create_file_unsafe(const char *name, umode_t mode, struct dentry *parent, void *data, const struct file_operations *fops)',
      createFile,
    ],
    [
      'struct dentry *debugfs_create_file_size(const char *name, umode_t mode, struct dentry *parent, void *data, const struct file_operations *fops, loff_t file_size)',
      createFile,
    ],
    ['struct dentry *debugfs_create_dir(const char *name, struct dentry *parent)', (call) => create(call, 1, 0o755)],
    ['void debugfs_remove(struct dentry *dentry)', remove],
    ['struct dentry *debugfs_lookup(const char *name, struct dentry *parent)', lookup],
    [
      'void debugfs_lookup_and_remove(const char *name, struct dentry *parent)',
      (call) => removeTree(call.kernel, `${directoryPath(call, call.pointer(1))}/${call.string(0)}`),
    ],
    ['bool debugfs_initialized(void)', () => 1],
  ]),
  ...VALUES.flatMap(([name, type, format]) =>
    rowsOf('fs/debugfs/file.c', [
      [
        `void debugfs_create_${name}(const char *name, umode_t mode, struct dentry *parent, ${type} *value)`,
        createValue(format),
      ],
    ]),
  ),
  ...rowsOf('fs/debugfs/file.c', [
    [
      'struct dentry *debugfs_create_blob(const char *name, umode_t mode, struct dentry *parent, struct debugfs_blob_wrapper *blob)',
      (call) => {
        const blob = call.pointer(3);
        const { session, memory } = call;
        const size = Number(memory.readU64(session.at(blob, 'debugfs_blob_wrapper', 'size')));
        const address = session.pointerAt(blob, 'debugfs_blob_wrapper', 'data');
        return create(call, 2, call.unsigned(1) & 0o444, { kind: 'blob', address, size });
      },
    ],
  ]),
];
