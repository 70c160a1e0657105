import { readBytes } from './files.ts';
import { type IndexFile, openIndex } from './index/index-file.ts';

/** The indexes that depmod writes, by what they answer. */
const INDEX_FILES = {
  dependencies: 'modules.dep.bin',
  aliases: 'modules.alias.bin',
  symbols: 'modules.symbols.bin',
  builtin: 'modules.builtin.bin',
  builtinAliases: 'modules.builtin.alias.bin',
} as const;

/** An index of a module tree. */
export type IndexName = keyof typeof INDEX_FILES;

/**
 * A version directory (`/lib/modules/6.1.0-…`) as its binary indexes describe it. An index is read when it is first
 * asked; one that is missing or empty holds nothing. A damaged one raises IndexError, which names file and offset.
 */
export class ModuleTree {
  readonly directory: string;
  readonly #indexes = new Map<IndexName, IndexFile | undefined>();

  constructor(directory: string) {
    this.directory = directory;
  }

  /** The index itself, for a listing; undefined when there is none. */
  index(name: IndexName): IndexFile | undefined {
    if (!this.#indexes.has(name)) this.#indexes.set(name, this.#open(name));
    return this.#indexes.get(name);
  }

  /** `path: dependency…` of a module. */
  dependencyLine(name: string): string | undefined {
    return this.index('dependencies')?.search(name);
  }

  isBuiltin(name: string): boolean {
    return this.index('builtin')?.search(name) !== undefined;
  }

  /** The modules whose alias patterns match `name`, in order of priority. */
  aliasTargets(name: string): readonly string[] {
    return this.index('aliases')?.searchWildcard(name) ?? [];
  }

  /** The owner of `symbol:NAME`. */
  symbolOwners(name: string): readonly string[] {
    return this.index('symbols')?.searchWildcard(name) ?? [];
  }

  /** The built-in modules whose alias patterns match `name`. */
  builtinAliasTargets(name: string): readonly string[] {
    return this.index('builtinAliases')?.searchWildcard(name) ?? [];
  }

  #open(name: IndexName): IndexFile | undefined {
    const path = `${this.directory}/${INDEX_FILES[name]}`;
    const bytes = readBytes(path);
    return bytes === undefined || bytes.length === 0 ? undefined : openIndex(bytes, path);
  }
}
