import { charDevices } from '../../kernel/devices/char-devices.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { treeNodes } from './tree.ts';

/** One name of a directory of the emulated machine. */
export interface ListedFile {
  /** Below /, without a slash in front. */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'link' | 'c' | 'b';
  readonly mode: number;
  readonly target?: string;
  readonly size?: number;
  readonly device?: readonly [major: number, minor: number];
}

/** What modules and `mknod` made in /dev, /proc and /sys, in the order of their paths. */
export function listedFiles(kernel: Kernel): ListedFile[] {
  const devices = charDevices(kernel).nodes.map(
    ({ path, type, mode, major, minor }): ListedFile => ({
      path: `dev/${path}`,
      kind: type,
      mode,
      device: [major, minor],
    }),
  );
  const others = treeNodes(kernel).map(
    ({ path, kind, mode, target, size }): ListedFile => ({
      path,
      kind,
      mode,
      ...(target !== undefined && { target }),
      ...(size !== undefined && { size }),
    }),
  );
  return [...devices, ...others].sort((a, b) => (a.path < b.path ? -1 : 1));
}
