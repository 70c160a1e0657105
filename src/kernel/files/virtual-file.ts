/**
 * A file that the kernel shows in proc/ or sys/. `path` is relative to the root, a byte string; `contents` too.
 * A link's `contents` is its target; a directory has none. Undefined: not known now, what stands there stays.
 */
export interface VirtualFile {
  readonly path: string;
  readonly kind: 'file' | 'link' | 'directory';
  /** Permission bits; a link has none. */
  readonly mode: number;
  readonly contents: string | undefined;
}

/** A file with a text. */
export function textFile(path: string, mode: number, contents: string): VirtualFile {
  return { path, kind: 'file', mode, contents };
}

/** A directory, for those that may be empty. */
export function directory(path: string): VirtualFile {
  return { path, kind: 'directory', mode: 0o755, contents: '' };
}

/** A symbolic link. */
export function symbolicLink(path: string, target: string): VirtualFile {
  return { path, kind: 'link', mode: 0o777, contents: target };
}

/** Whether a name can stand in a directory: the kernel's own file systems take any, a path does not. */
export function isFileName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && name.length <= 255 && !/[/\0]/.test(name);
}
