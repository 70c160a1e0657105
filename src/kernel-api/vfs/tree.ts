import type { Kernel } from '../../kernel/kernel.ts';
import { subsystem } from '../../kernel/subsystem.ts';
import type { Address } from '../../memory/address.ts';

/** How a file's contents come about: who is called, and with what. */
export type FileSource =
  /** `struct file_operations` (debugfs) or `struct proc_ops`. */
  | { readonly kind: 'operations' | 'proc'; readonly operations: Address; readonly data: Address }
  /** A `show(seq_file, …)` behind `single_open`. */
  | { readonly kind: 'single'; readonly show: Address; readonly data: Address }
  /** `struct seq_operations`. */
  | { readonly kind: 'seq'; readonly operations: Address; readonly data: Address; readonly size: number }
  /** An attribute: the structure that holds `show` and `store`, and the object that they get first. */
  | { readonly kind: 'attribute'; readonly structure: string; readonly attribute: Address; readonly object: Address }
  /** A number in memory. */
  | { readonly kind: 'value'; readonly format: string; readonly address: Address }
  /** A device's `uevent`: the lines that stay the same. */
  | { readonly kind: 'uevent'; readonly device: Address; readonly head: string }
  /** `driver_override` of a platform device. */
  | { readonly kind: 'driver-override'; readonly device: Address }
  /** An entry of a `struct ctl_table`. */
  | { readonly kind: 'sysctl'; readonly table: Address }
  /** A regular file in memory. */
  | { readonly kind: 'memory'; readonly text: string }
  /** Words that stay the same. */
  | { readonly kind: 'text'; readonly text: string }
  /** Nothing to read now. */
  | { readonly kind: 'error'; readonly error: number }
  /** Bytes in memory. */
  | { readonly kind: 'blob'; readonly address: Address; readonly size: number };

/** A file, directory or link that a module made in /proc, /sys or debugfs. */
export interface TreeNode {
  /** Below /, without a slash in front: `proc/hello`. */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'link';
  mode: number;
  /** `proc_dir_entry`, `dentry`, `kobject`: the object in guest memory; 0 for none. */
  readonly object: Address;
  readonly source?: FileSource;
  /** Of a link. */
  readonly target?: string;
  size?: number;
  uid?: number;
  gid?: number;
}

const treeState = subsystem('tree', () => ({ nodes: [] as TreeNode[] }));

/** All nodes, oldest first. */
export function treeNodes(kernel: Kernel): readonly TreeNode[] {
  return treeState(kernel).nodes;
}

/** Adds a node; one of that path is replaced. */
export function addTreeNode(kernel: Kernel, node: TreeNode): void {
  const { nodes } = treeState(kernel);
  const at = nodes.findIndex((each) => each.path === node.path);
  if (at >= 0) nodes.splice(at, 1);
  nodes.push(node);
}

/** The node of a path. */
export function findTreeNode(kernel: Kernel, path: string): TreeNode | undefined {
  return treeState(kernel).nodes.find((node) => node.path === path);
}

/** The node of an object in guest memory, within one file system. */
export function findByObject(kernel: Kernel, root: string, object: Address): TreeNode | undefined {
  if (object === 0) return undefined;
  return treeState(kernel).nodes.find((node) => node.object === object && node.path.startsWith(`${root}/`));
}

/** Removes a node and what is below it. */
export function removeTree(kernel: Kernel, path: string): void {
  const { nodes } = treeState(kernel);
  for (let at = nodes.length - 1; at >= 0; at--) {
    const each = nodes[at]!.path;
    if (each === path || each.startsWith(`${path}/`)) nodes.splice(at, 1);
  }
}

/** Links on the way that are followed before a path counts as a loop: `MAXSYMLINKS`. */
const MAX_LINKS = 40;

/** A path with the links in it followed. */
export function resolveLinks(kernel: Kernel, path: string): string {
  let current = path;
  for (let count = 0; count < MAX_LINKS; count++) {
    const link = treeState(kernel).nodes.find(
      (node) => node.kind === 'link' && (current === node.path || current.startsWith(`${node.path}/`)),
    );
    if (!link) return current;
    current = linkTarget(link) + current.slice(link.path.length);
  }
  return current;
}

function linkTarget({ path, target = '' }: TreeNode): string {
  if (target.startsWith('/')) return target.slice(1);
  const parts = path.split('/').slice(0, -1);
  for (const part of target.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
