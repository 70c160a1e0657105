import type { Kernel } from '../../kernel/kernel.ts';
import { addTreeNode, type FileSource } from './tree.ts';

/** Modes of attributes: `__ATTR_RO`, `__ATTR_RW`. */
export const READ_ONLY = 0o444;
export const READ_WRITE = 0o644;

/** A file that always says the same: a text, or the negated errno that reading it gives. */
export type FixedFile = readonly [name: string, mode: number, said: string | number];

/** Puts a file into the emulated /sys. */
export function addFile(kernel: Kernel, path: string, mode: number, source: FileSource): void {
  addTreeNode(kernel, { path, kind: 'file', mode, object: 0, source });
}

/** Puts a file there that always says the same. */
export function addFixedFile(kernel: Kernel, path: string, mode: number, said: string | number): void {
  addFile(kernel, path, mode, typeof said === 'string' ? { kind: 'text', text: said } : { kind: 'error', error: said });
}

/** Puts a directory there with such files, by their names in it. */
export function addDirectory(kernel: Kernel, path: string, files: readonly FixedFile[] = []): void {
  addTreeNode(kernel, { path, kind: 'directory', mode: 0o755, object: 0 });
  for (const [name, mode, said] of files) addFixedFile(kernel, `${path}/${name}`, mode, said);
}
