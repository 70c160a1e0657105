import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { byteString } from '../../src/elf/c-string.ts';
import { ElfView } from '../../src/elf/elf-view.ts';

/** One module file of a tree. */
export interface ModuleFile {
  readonly path: string;
  readonly name: string;
  readonly depends: readonly string[];
  /** Names by which the kernel may ask for it: aliases that are no pattern of devices. */
  readonly aliases: readonly string[];
  /** Names that its `softdep` wants in front of it. */
  readonly before: readonly string[];
}

/** All `.ko` files below a directory, by path, with the names of the modules that each needs. */
export function findModuleFiles(root: string): ModuleFile[] {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ko'));
  return files.sort().map((file) => {
    const path = join(root, file);
    const info = modinfoOf(readFileSync(path));
    const depends = values(info, 'depends').flatMap((list) => list.split(',').filter(Boolean).map(kernelName));
    const aliases = values(info, 'alias').filter((alias) => !/[:*?[]/.test(alias));
    const before = values(info, 'softdep').flatMap(
      (text) => /pre: ([^:]*?)(?: post:|$)/.exec(text)?.[1]?.split(' ') ?? [],
    );
    return { path, before, name: kernelName(path.slice(path.lastIndexOf('/') + 1, -'.ko'.length)), depends, aliases };
  });
}

function kernelName(name: string): string {
  return name.replaceAll('-', '_');
}

function modinfoOf(bytes: Uint8Array): string[] {
  const view = ElfView.open(bytes);
  const section = view?.sectionBytes(view.findSection('.modinfo')) ?? new Uint8Array();
  return byteString(section, 0, section.length).split('\0');
}

function values(info: readonly string[], field: string): string[] {
  return info.filter((entry) => entry.startsWith(`${field}=`)).map((entry) => entry.slice(field.length + 1));
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

/** Modules of one tree by their names. */
export class ModuleSet {
  readonly #byName: ReadonlyMap<string, ModuleFile>;
  readonly #byAlias = new Map<string, ModuleFile[]>();

  constructor(files: readonly ModuleFile[]) {
    this.#byName = new Map(files.map((file) => [file.name, file]));
    for (const file of files)
      for (const alias of file.aliases) this.#byAlias.set(alias, [...(this.#byAlias.get(alias) ?? []), file]);
  }

  /** A module behind all that it needs. */
  closure(file: ModuleFile): ModuleFile[] {
    const found = new Set<ModuleFile>();
    const visit = (each: ModuleFile): void => {
      if (found.has(each)) return;
      for (const name of each.depends) if (this.#byName.has(name)) visit(this.#byName.get(name)!);
      found.add(each);
    };
    visit(file);
    return [...found];
  }

  /** What modprobe would load for a name that the kernel asks for, in order. */
  requested(name: string): ModuleFile[] {
    const own = this.#byName.get(kernelName(name));
    const wanted = own ? [own] : (this.#byAlias.get(name) ?? []);
    return [...new Set(wanted.flatMap((file) => this.closure(file)))];
  }
}
