import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { byteString } from '../../src/elf/c-string.ts';
import { ElfView } from '../../src/elf/elf-view.ts';

/** One module file of a tree. */
export interface ModuleFile {
  readonly path: string;
  readonly name: string;
  readonly depends: readonly string[];
}

/** All `.ko` files below a directory, by path, with the names of the modules that each needs. */
export function findModuleFiles(root: string): ModuleFile[] {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ko'));
  return files.sort().map((file) => {
    const path = join(root, file);
    const depends = dependsOf(readFileSync(path)).map(kernelName);
    return { path, name: kernelName(path.slice(path.lastIndexOf('/') + 1, -'.ko'.length)), depends };
  });
}

function kernelName(name: string): string {
  return name.replaceAll('-', '_');
}

function dependsOf(bytes: Uint8Array): string[] {
  const view = ElfView.open(bytes);
  const section = view?.sectionBytes(view.findSection('.modinfo')) ?? new Uint8Array();
  const depends = byteString(section, 0, section.length)
    .split('\0')
    .find((entry) => entry.startsWith('depends='));
  return depends?.slice('depends='.length).split(',').filter(Boolean) ?? [];
}

/** The files in an order in which every module comes after those that it needs. */
export function dependencyOrder(files: readonly ModuleFile[]): ModuleFile[] {
  const byName = new Map(files.map((file) => [file.name, file]));
  const ordered = new Set<ModuleFile>();
  const visit = (file: ModuleFile): void => {
    if (ordered.has(file)) return;
    for (const name of file.depends) {
      const needed = byName.get(name);
      if (needed) visit(needed);
    }
    ordered.add(file);
  };
  for (const file of files) visit(file);
  return [...ordered];
}
