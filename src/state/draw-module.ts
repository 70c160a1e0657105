import { lstatSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { changingFiles, sysfsDirectory, sysfsFiles } from '../kernel/files/sysfs.ts';
import type { VirtualFile } from '../kernel/files/virtual-file.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Module } from '../kernel/module.ts';
import { drawFile, drawWhole } from './draw-file.ts';
import { hostPath, stateDirectory } from './root-paths.ts';
import type { WrittenFiles } from './written-files.ts';

/**
 * Draws sys/module/NAME: at once when it is new, else file by file; a module whose load died before that has none. `stale`: what stands there may be anything; else
 * only files that can have changed are looked at.
 */
export function drawModule(root: string, kernel: Kernel, module: Module, written: WrittenFiles, stale: boolean): void {
  const base = sysfsDirectory(module.name);
  if (base === undefined || module.state === 'UNFORMED') return;
  const path = hostPath(root, base);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found && !found.isDirectory()) rmSync(path);
  if (!found?.isDirectory()) drawWhole(root, base, sysfsFiles(kernel, module));
  else redraw(root, base, stale ? sysfsFiles(kernel, module) : changingFiles(kernel, module), written);
}

/** Takes sys/module/NAME away: at once, but where it lies in a lower layer of an overlay, which lets no directory be renamed. */
export function eraseModule(root: string, name: string): void {
  const base = sysfsDirectory(name);
  if (base === undefined) return;
  const away = join(stateDirectory(root), `gone-${process.pid}.tmp`);
  rmSync(away, { recursive: true, force: true });
  try {
    renameSync(hostPath(root, base), away);
    rmSync(away, { recursive: true, force: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EXDEV') rmSync(hostPath(root, base), { recursive: true, force: true });
    else if (code !== 'ENOENT') throw error;
  }
}

function redraw(root: string, base: string, files: readonly VirtualFile[], written: WrittenFiles): void {
  for (const file of files) drawFile(root, file, written);
  const wanted = new Set(files.map(({ path }) => path));
  for (const folder of [`${base}/holders`, `${base}/drivers`]) {
    if (!wanted.has(folder)) continue;
    for (const name of readdirSync(hostPath(root, folder), 'latin1')) {
      if (!wanted.has(`${folder}/${name}`)) rmSync(hostPath(root, `${folder}/${name}`), { force: true });
    }
  }
}
