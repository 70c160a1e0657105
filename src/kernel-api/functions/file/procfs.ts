import { S_IALLUGO, S_IFMT } from '../../../abi/file-mode.ts';
import { ENOENT } from '../../../abi/negative-errno.ts';
import { kzalloc } from '../../../kernel/memory/heap.ts';
import type { Address } from '../../../memory/address.ts';
import { warn } from '../../core/faults/warn.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';
import {
  addTreeNode,
  type FileSource,
  findByObject,
  findTreeNode,
  removeTree,
  type TreeNode,
  treeNodes,
} from '../../vfs/tree.ts';

/** Names of /proc that the kernel itself has: a module's file of such a name is refused. */
const BUILT_IN =
  /^proc\/(buddyinfo|bus|cgroups|cmdline|consoles|cpuinfo|crypto|devices|diskstats|dma|driver|execdomains|fb|filesystems|fs|interrupts|iomem|ioports|irq|kallsyms|kcore|keys|key-users|kmsg|kpage\w+|loadavg|locks|meminfo|misc|modules|mounts|mtrr|net|pagetypeinfo|partitions|pressure|schedstat|self|slabinfo|softirqs|stat|swaps|sys|sysrq-trigger|sysvipc|thread-self|timer_list|tty|uptime|version|vmallocinfo|vmstat|zoneinfo)$/;
/** Those of them that are directories a module may use. */
const BUILT_IN_DIRECTORY =
  /^proc\/(bus|driver|fs|irq|net|sys|sysvipc|tty|tty\/driver|tty\/ldisc|bus\/input|bus\/pci|fs\/nfsd)$/;
const MAX_NAME = 255;

/** The directory that a `proc_dir_entry *` names; NULL is /proc itself. */
function directoryPath(call: GuestCall, parent: Address): string {
  const { session, kernel } = call;
  const net = kernel.profile.exports.find('init_net')?.address;
  const isNet = parent !== 0 && net !== undefined && session.pointerAt(net, 'net', 'proc_net') === parent;
  return isNet ? 'proc/net' : (findByObject(kernel, 'proc', parent)?.path ?? 'proc');
}

function warnGeneric(call: GuestCall, line: number, where: string, message: string): void {
  warn(call.session, { place: `fs/proc/generic.c:${line}`, where, message });
}

/** `__xlate_proc_name`: the whole path of `tty/driver/serial` below a parent; undefined, with a warning, without its directory. */
function translate(call: GuestCall, name: string, parent: Address): string | undefined {
  const path = `${directoryPath(call, parent)}/${name}`;
  const directory = path.slice(0, path.lastIndexOf('/'));
  const known = !name.includes('/') || findTreeNode(call.kernel, directory) || BUILT_IN_DIRECTORY.test(directory);
  if (known) return path;
  warnGeneric(call, 175, '__xlate_proc_name+0x86/0xa0', `name '${name}'`);
  return undefined;
}

/** What `__proc_create` says of a name that it does not take, by the line and the place in it. */
function nameComplaint(path: string): readonly [line: number, offset: string, message: string] | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name === '' || name.length > MAX_NAME) return [429, '0x22e', `name len ${name.length}`];
  if (name === '.') return [433, '0x25d', "name '.'"];
  if (name === '..') return [437, '0xbe', "name '..'"];
  return /^proc\/(0|[1-9]\d{0,8})$/.test(path) ? [441, '0x248', `create '/proc/${name}' by hand`] : undefined;
}

/** `__proc_create` and `proc_register`: the new entry, or NULL with a warning when the name cannot be had. */
function create(
  call: GuestCall,
  name: string,
  parent: Address,
  node: Pick<TreeNode, 'kind' | 'mode'> & Partial<TreeNode>,
): Address {
  const path = translate(call, name, parent);
  if (path === undefined) return 0;
  const complaint = nameComplaint(path);
  if (complaint) {
    const [line, offset, message] = complaint;
    warnGeneric(call, line, `__proc_create+${offset}/0x280`, message);
    return 0;
  }
  if (findTreeNode(call.kernel, path) || BUILT_IN.test(path)) {
    warnGeneric(call, 400, 'proc_register+0x19f/0x240', `proc_dir_entry '${shortPath(path)}' already registered`);
    return 0;
  }
  const object = kzalloc(call.kernel, call.session.fields.size('proc_dir_entry') || 192);
  addTreeNode(call.kernel, { path, object, ...node });
  return object;
}

/** `dir->name/name`; the name of the root is `/proc`. */
function shortPath(path: string): string {
  const [directory = '', name = ''] = path.split('/').slice(-2);
  return `${directory === 'proc' ? '/proc' : directory}/${name}`;
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

/** `remove_proc_entry`: says what is missing, and what is lost with a directory that is not empty. */
function removeEntry(call: GuestCall): void {
  const path = translate(call, call.string(0), call.pointer(1));
  if (path === undefined) return;
  if (!findTreeNode(call.kernel, path)) {
    warnGeneric(call, 734, 'remove_proc_entry+0x140/0x1b0', `name '${call.string(0)}'`);
    return;
  }
  const child = firstChild(call, path);
  removeTree(call.kernel, path);
  if (child === undefined) return;
  const message = `remove_proc_entry: removing non-empty directory '${shortPath(path)}', leaking at least '${child}'`;
  warnGeneric(call, 740, 'remove_proc_entry+0x19f/0x1b0', message);
}

/** `pde_subdir_first`: entries are in the order of their names' lengths, then of their bytes. */
function firstChild({ kernel }: GuestCall, path: string): string | undefined {
  const below = treeNodes(kernel).filter((node) => node.path.startsWith(`${path}/`));
  const names = below.map((node) => node.path.slice(path.length + 1)).filter((name) => !name.includes('/'));
  return names.sort((a, b) => a.length - b.length || (a < b ? -1 : 1))[0];
}

function removeSubtree(call: GuestCall): number {
  const path = translate(call, call.string(0), call.pointer(1));
  if (path === undefined || !findTreeNode(call.kernel, path)) return ENOENT;
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
    ['void remove_proc_entry(const char *name, struct proc_dir_entry *parent)', removeEntry],
    ['int remove_proc_subtree(const char *name, struct proc_dir_entry *parent)', removeSubtree],
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
