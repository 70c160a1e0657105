import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { builtinDirectories, builtinFiles, sysctlFiles } from '../kernel/files/builtin-sysfs.ts';
import { procFiles } from '../kernel/files/procfs.ts';
import { kallsymsShowValue } from '../kernel/files/sysctl.ts';
import { sysfsDirectory } from '../kernel/files/sysfs.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Module } from '../kernel/module.ts';
import { drawBytes, drawFile, drawWhole, makeFolder, readDrawn } from './draw-file.ts';
import { drawModule, eraseModule } from './draw-module.ts';
import type { ImageStore } from './image-store.ts';
import { keptKallsyms } from './module-record.ts';
import { hostPath } from './root-paths.ts';
import type { WrittenFiles } from './written-files.ts';

/** What a change leaves to be drawn. */
export interface Changes {
  readonly touched: readonly Module[];
  readonly removed: readonly string[];
  /** Modules came or went, or are shown otherwise. */
  readonly modulesChanged: boolean;
  /** Something in proc/sys/kernel that seldom changes has changed. */
  readonly settingsChanged: boolean;
  /** What stands in proc/ and sys/ may be anything. */
  readonly stale: boolean;
  /** All of proc/ but kallsyms, and all of sys/ but the modules, has just been drawn. */
  readonly procIsNew?: boolean;
  readonly sysIsNew?: boolean;
}

/** Draws what has changed. Requires the lock. */
export function drawChanges(
  root: string,
  kernel: Kernel,
  images: ImageStore,
  changes: Changes,
  files: WrittenFiles,
): void {
  makeFolder(root, 'sys/module', files);
  for (const name of changes.removed) eraseModule(root, name);
  for (const module of changes.touched) drawModule(root, kernel, module, files, changes.stale);
  if (!changes.procIsNew) for (const file of procFiles(kernel)) drawFile(root, file, files);
  if (!changes.sysIsNew) for (const file of builtinFiles(kernel)) drawFile(root, file, files);
  if (changes.settingsChanged) for (const file of sysctlFiles(kernel)) drawFile(root, file, files);
  if (changes.modulesChanged) drawBytes(root, 'proc/kallsyms', 0o444, kallsyms(kernel, images));
}

/** Draws everything, whatever stands there. Requires the lock. */
export function drawAll(root: string, kernel: Kernel, images: ImageStore, files: WrittenFiles): void {
  const wanted = new Set(kernel.modules.map(({ name }) => sysfsDirectory(name)));
  const procIsNew = !existsSync(join(root, 'proc'));
  if (procIsNew) drawWhole(root, 'proc', [...procFiles(kernel), ...sysctlFiles(kernel)]);
  const sysIsNew = !existsSync(join(root, 'sys'));
  if (sysIsNew) drawWhole(root, 'sys', [...builtinDirectories(kernel), ...builtinFiles(kernel)]);
  else for (const file of builtinDirectories(kernel)) drawFile(root, file, files);
  makeFolder(root, 'sys/module', files);
  const removed = readdirSync(join(root, 'sys/module'), 'latin1').filter(
    (name) => !wanted.has(`sys/module/${name}`) && isLoadedModule(root, name),
  );
  const touched = kernel.modules;
  const isNew = { procIsNew, sysIsNew };
  const changes = { touched, removed, modulesChanged: true, settingsChanged: !procIsNew, stale: true, ...isNew };
  drawChanges(root, kernel, images, changes, files);
}

/** Only a loaded module's directory has a size; those of built-in code, or put there by somebody, stay. */
function isLoadedModule(root: string, name: string): boolean {
  return readDrawn(hostPath(root, `sys/module/${name}/coresize`)) !== undefined;
}

function kallsyms(kernel: Kernel, images: ImageStore): Buffer {
  const text = Buffer.concat(kernel.modules.map((module) => keptKallsyms(module, images)).reverse());
  if (kallsymsShowValue(kernel)) return text;
  return Buffer.from(text.toString('latin1').replace(/^[0-9a-f]{16}/gm, '0'.repeat(16)), 'latin1');
}
