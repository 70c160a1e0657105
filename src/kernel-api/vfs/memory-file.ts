import type { Session } from '../core/session.ts';
import { O } from './file-object.ts';
import { addTreeNode, findTreeNode, type TreeNode } from './tree.ts';

const MODE = 0o644;

/** File systems of the kernel's own: nobody but modules makes files there. */
export function isMemoryPath(path: string): boolean {
  return !/^(dev|proc|sys)(\/|$)/.test(path);
}

/** An empty regular file of the emulated machine's root, which lives in memory. */
export function makeMemoryFile(session: Session, path: string): TreeNode {
  return putText(session, { path, kind: 'file', mode: MODE, object: 0 }, '');
}

/** What such a file holds now. */
export function memoryText({ kernel }: Session, path: string): string {
  const source = findTreeNode(kernel, path)?.source;
  return source?.kind === 'memory' ? source.text : '';
}

function putText({ kernel }: Session, node: TreeNode, text: string): TreeNode {
  const written: TreeNode = { ...node, source: { kind: 'memory', text }, size: text.length };
  addTreeNode(kernel, written);
  return written;
}

/** `generic_perform_write`: at the position, or with O_APPEND at the end; a gap is filled with zeros. */
export function writeMemory(
  session: Session,
  { node, file, position }: { readonly node: TreeNode | undefined; readonly file: number; readonly position: number },
  text: string,
): number {
  const { memory, kernel } = session;
  const now = node && findTreeNode(kernel, node.path);
  if (now?.source?.kind !== 'memory') return 0;
  const appends = memory.readU32(session.at(file, 'file', 'f_flags')) & O.APPEND;
  const old = now.source.text;
  const at = appends ? old.length : Number(memory.readU64(position));
  putText(session, now, old.slice(0, at).padEnd(at, '\0') + text + old.slice(at + text.length));
  memory.writeU64(position, BigInt(at + text.length));
  return text.length;
}
