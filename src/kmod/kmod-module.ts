import { errnoNumber, strerror } from '../abi/errno.ts';
import type { ModprobeConfig } from './config/config.ts';
import { absolutePath, statOf } from './files.ts';
import { indexedPath, isInsideRoot } from './inside-root.ts';
import type { LibraryLog } from './library-log.ts';
import type { ModuleTree } from './module-tree.ts';
import { moduleNameOfPath, normalizeModuleName } from './underscores.ts';

/** A module as the resolver knows it; one object a name, or a name and alias (kmod: `struct kmod_module`). */
export interface KmodModule {
  readonly name: string;
  /** The alias by which it was reached: a config alias's pattern, or the name looked up in an index. */
  readonly alias: string | undefined;
  /** Absolute path, once known. */
  path: string | undefined;
  /** Hard dependencies, the one to be loaded first in front; undefined: not looked up yet. */
  dependencies: readonly KmodModule[] | undefined;
  /** Undefined: not looked up yet. */
  builtin: boolean | undefined;
  /** The install and remove commands of an exact lookup; undefined: by pattern. */
  install: string | undefined;
  remove: string | undefined;
}

/** Where kmod's context stands, as `%p` shows it: its heap without randomization. */
const CONTEXT_ADDRESS = '0x5555555772a0';

/** All modules of one run, and what they are resolved with (kmod: `struct kmod_ctx`). */
export class KmodContext {
  readonly tree: ModuleTree;
  readonly config: ModprobeConfig;
  readonly log: LibraryLog;
  readonly cwd: string;
  readonly #pool = new Map<string, KmodModule>();

  constructor(tree: ModuleTree, config: ModprobeConfig, log: LibraryLog, cwd: string) {
    this.tree = tree;
    this.config = config;
    this.log = log;
    this.cwd = cwd;
  }

  /** kmod: `kmod_module_new_from_name`. */
  fromName(name: string): KmodModule {
    return this.#get(normalizeModuleName(name), undefined);
  }

  /** kmod: `kmod_module_new_from_alias`. */
  fromAlias(alias: string, name: string): KmodModule {
    return this.#get(name, alias);
  }

  /**
   * The module of a file (kmod: `kmod_module_new_from_path`); undefined when there is no such file,
   * or when another file has the same module name (which is reported).
   */
  fromPath(path: string): KmodModule | undefined {
    const absolute = absolutePath(path, this.cwd);
    const name = moduleNameOfPath(path);
    if (name === '' || statOf(absolute) === undefined) return undefined;
    const module = this.#get(name, undefined);
    module.path ??= absolute;
    if (module.path !== absolute) {
      this.log(
        'kmod_module_new_from_path',
        `kmod_module '${name}' already exists with different path: new-path='${absolute}' old-path='${module.path}'`,
      );
      return undefined;
    }
    module.builtin = false;
    return module;
  }

  /** kmod: `kmod_module_get_path`. */
  path(module: KmodModule): string | undefined {
    if (module.path === undefined) this.dependencies(module);
    return module.path;
  }

  /** kmod: `kmod_module_get_dependencies`. */
  dependencies(module: KmodModule): readonly KmodModule[] {
    if (module.dependencies === undefined) {
      const line = this.tree.dependencyLine(module.name);
      if (line !== undefined) this.parseDependencyLine(module, line);
    }
    return module.dependencies ?? [];
  }

  /** Takes path and dependencies from a line of modules.dep (kmod: `kmod_module_parse_depline`). */
  parseDependencyLine(module: KmodModule, line: string): void {
    const colon = line.indexOf(':');
    if (module.dependencies !== undefined || colon < 0) return;
    const path = indexedPath(line.slice(0, colon), this.tree.directory);
    if (!this.#mayTake(path)) return;
    module.path ??= path;
    const dependencies: KmodModule[] = [];
    for (const word of line.slice(colon + 1).split(/[ \t]+/)) {
      if (word === '') continue;
      const dependency = this.#dependency(indexedPath(word, this.tree.directory));
      if (dependency === undefined) return;
      dependencies.unshift(dependency);
    }
    module.dependencies = dependencies;
  }

  /** kmod: `kmod_module_is_builtin`. */
  isBuiltin(module: KmodModule): boolean {
    module.builtin ??= this.tree.isBuiltin(module.name);
    return module.builtin;
  }

  #dependency(path: string): KmodModule | undefined {
    const isThere = statOf(path) !== undefined && this.#mayTake(path);
    const dependency = isThere ? this.fromPath(path) : undefined;
    if (dependency === undefined) {
      const why = strerror(errnoNumber(isThere ? 'EEXIST' : 'ENOENT'));
      this.log('kmod_module_parse_depline', `ctx=${CONTEXT_ADDRESS} path=${path} error=${why}`);
    }
    return dependency;
  }

  #mayTake(path: string): boolean {
    if (isInsideRoot(path, this.tree.directory)) return true;
    this.log('kmod_module_parse_depline', `${path} leads out of the root of ${this.tree.directory}`);
    return false;
  }

  #get(name: string, alias: string | undefined): KmodModule {
    const key = alias === undefined ? name : `${name}\\${alias}`;
    let module = this.#pool.get(key);
    if (module === undefined) {
      module = {
        name,
        alias,
        path: undefined,
        dependencies: undefined,
        builtin: undefined,
        install: undefined,
        remove: undefined,
      };
      this.#pool.set(key, module);
    }
    return module;
  }
}
