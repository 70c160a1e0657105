import { kzalloc } from '../../kernel/heap.ts';
import type { Address } from '../../memory/address.ts';
import { warn } from '../core/warn.ts';
import { type GuestCall, rowsOf } from '../kernel-function.ts';
import { addTreeNode, type FileSource, findByObject, findTreeNode, removeTree, type TreeNode } from '../vfs/tree.ts';

const S_IFMT = 0o170000;
const S_IALLUGO = 0o7777;

/** The directory that a `proc_dir_entry *` names; NULL is /proc itself. Undefined for an unknown one. */
function directoryPath(call: GuestCall, parent: Address): string {
  return findByObject(call.kernel, 'proc', parent)?.path ?? 'proc';
}

/** `proc_register`: the new entry, or NULL with a warning when the name is taken. */
function create(
  call: GuestCall,
  name: string,
  parent: Address,
  node: Pick<TreeNode, 'kind' | 'mode'> & Partial<TreeNode>,
): Address {
  const directory = directoryPath(call, parent);
  const path = `${directory}/${name}`;
  if (findTreeNode(call.kernel, path)) {
    const within = directory === 'proc' ? '/proc' : directory.slice(directory.lastIndexOf('/') + 1);
    const message = `proc_dir_entry '${within}/${name}' already registered`;
    warn(call.session, { place: 'fs/proc/generic.c:381', where: 'proc_register', message });
    return 0;
  }
  const object = kzalloc(call.kernel, call.session.fields.size('proc_dir_entry') || 192);
  addTreeNode(call.kernel, { path, object, ...node });
  return object;
}

function file(call: GuestCall, source: FileSource): Address {
  const mode = call.unsigned(1) & S_IALLUGO;
  return create(call, call.string(0), call.pointer(2), { kind: 'file', mode: mode === 0 ? 0o444 : mode, source });
}

function proc(call: GuestCall, data: Address): Address {
  return file(call, { kind: 'proc', operations: call.pointer(3), data });
}

function makeDirectory(call: GuestCall, mode: number, parent: Address): Address {
  return create(call, call.string(0), parent, { kind: 'directory', mode: mode & ~S_IFMT || 0o555 });
}

function removeEntry(call: GuestCall, subtree: boolean): number {
  const path = `${directoryPath(call, call.pointer(1))}/${call.string(0)}`;
  if (!findTreeNode(call.kernel, path)) {
    warn(call.session, {
      place: 'fs/proc/generic.c:717',
      where: 'remove_proc_entry',
      message: `name '${call.string(0)}'`,
    });
    return subtree ? -2 : 0;
  }
  removeTree(call.kernel, path);
  return 0;
}

function change(call: GuestCall, edit: (node: TreeNode) => void): void {
  const node = findByObject(call.kernel, 'proc', call.pointer(0));
  if (node) edit(node);
}

/** Entries of /proc: fs/proc. */
export const procFunctions = () => [
  ...rowsOf('fs/proc/generic.c', [
    [
      'struct proc_dir_entry *proc_create_data(const char *name, umode_t mode, struct proc_dir_entry *parent, const struct proc_ops *proc_ops, void *data)',
      (call) => proc(call, call.pointer(4)),
    ],
    [
      'struct proc_dir_entry *proc_create(const char *name, umode_t mode, struct proc_dir_entry *parent, const struct proc_ops *proc_ops)',
      (call) => proc(call, 0),
    ],
    [
      'struct proc_dir_entry *proc_create_single_data(const char *name, umode_t mode, struct proc_dir_entry *parent, int (*show)(struct seq_file *, void *), void *data)',
      (call) => file(call, { kind: 'single', show: call.pointer(3), data: call.pointer(4) }),
    ],
    [
      'struct proc_dir_entry *proc_create_seq_private(const char *name, umode_t mode, struct proc_dir_entry *parent, const struct seq_operations *ops, unsigned int state_size, void *data)',
      (call) => file(call, { kind: 'seq', operations: call.pointer(3), size: call.unsigned(4), data: call.pointer(5) }),
    ],
    [
      'struct proc_dir_entry *proc_mkdir(const char *name, struct proc_dir_entry *parent)',
      (call) => makeDirectory(call, 0, call.pointer(1)),
    ],
    [
      'struct proc_dir_entry *proc_mkdir_mode(const char *name, umode_t mode, struct proc_dir_entry *parent)',
      (call) => makeDirectory(call, call.unsigned(1), call.pointer(2)),
    ],
    [
      'struct proc_dir_entry *_proc_mkdir(const char *name, umode_t mode, struct proc_dir_entry *parent, void *data, bool force_lookup)',
      (call) => makeDirectory(call, call.unsigned(1), call.pointer(2)),
    ],
    [
      'struct proc_dir_entry *proc_symlink(const char *name, struct proc_dir_entry *parent, const char *dest)',
      (call) => create(call, call.string(0), call.pointer(1), { kind: 'link', mode: 0o777, target: call.string(2) }),
    ],
    [
      'void remove_proc_entry(const char *name, struct proc_dir_entry *parent)',
      (call) => void removeEntry(call, false),
    ],
    ['int remove_proc_subtree(const char *name, struct proc_dir_entry *parent)', (call) => removeEntry(call, true)],
    [
      'void proc_remove(struct proc_dir_entry *de)',
      (call) => {
        const node = findByObject(call.kernel, 'proc', call.pointer(0));
        if (node) removeTree(call.kernel, node.path);
      },
    ],
    [
      'void proc_set_size(struct proc_dir_entry *de, loff_t size)',
      (call) => change(call, (node) => (node.size = call.size(1))),
    ],
    [
      'void proc_set_user(struct proc_dir_entry *de, kuid_t uid, kgid_t gid)',
      (call) =>
        change(call, (node) => {
          node.uid = call.unsigned(1);
          node.gid = call.unsigned(2);
        }),
    ],
    ['void *proc_get_parent_data(const struct inode *inode)', () => 0],
  ]),
  ...rowsOf('fs/proc/proc_net.c', [
    [
      'struct proc_dir_entry *proc_create_net_data(const char *name, umode_t mode, struct proc_dir_entry *parent, const struct seq_operations *ops, unsigned int state_size, void *data)',
      (call) => file(call, { kind: 'seq', operations: call.pointer(3), size: call.unsigned(4), data: call.pointer(5) }),
    ],
    [
      'struct proc_dir_entry *proc_create_net_single(const char *name, umode_t mode, struct proc_dir_entry *parent, int (*show)(struct seq_file *, void *), void *data)',
      (call) => file(call, { kind: 'single', show: call.pointer(3), data: call.pointer(4) }),
    ],
  ]),
];
