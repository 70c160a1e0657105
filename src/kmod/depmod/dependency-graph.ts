import type { DepmodLog } from './depmod-log.ts';
import type { DepmodModule } from './depmod-module.ts';
import { FACTS, type ModuleFacts } from './module-facts.ts';
import type { SymbolOwners } from './symbol-owners.ts';

/** What `-e` and `-v` ask to be said while dependencies are resolved. */
export interface ResolveOptions {
  readonly reportUnknown: boolean;
  readonly checkVersions: boolean;
  readonly verbose: boolean;
}

/**
 * Fills in every module's `dependencies` (kmod: `depmod_load_dependencies`).
 */
export function resolveDependencies(
  modules: readonly DepmodModule[],
  owners: SymbolOwners,
  facts: ModuleFacts,
  options: ResolveOptions,
  log: DepmodLog,
): void {
  const { words } = facts.numbers;
  const { needed } = owners;
  const seen = new Int32Array(modules.length).fill(-1);
  for (const module of modules) {
    const { row, index, dependencies } = module;
    if (options.reportUnknown) reportNeeds(module, owners, facts, options, log);
    const end = facts.end(row, FACTS.NEEDS);
    for (let i = facts.start(row, FACTS.NEEDS); i < end; i++) {
      const owner = needed[words[i]!]!;
      if (owner < 0 || seen[owner] === index) continue;
      seen[owner] = index;
      dependencies.push(owner);
      if (!options.verbose) continue;
      const symbol = facts.pool.name(owners.resolve(words[i]!)!);
      log.show(`${module.path} needs "${symbol}": ${modules[owner]!.path}`);
    }
  }
}

/** What `-e` says of the symbols that a module needs: nobody exports it, or not in this version. */
function reportNeeds(
  { path, row }: DepmodModule,
  owners: SymbolOwners,
  facts: ModuleFacts,
  { checkVersions }: ResolveOptions,
  log: DepmodLog,
): void {
  const versions = facts.versions.get(row);
  const start = facts.start(row, FACTS.NEEDS);
  const needs = facts.numbers.words.subarray(start, facts.end(row, FACTS.NEEDS));
  needs.forEach((needed, i) => {
    if (versions?.weak[i] === 1) return;
    const symbol = owners.resolve(needed);
    const name = facts.pool.name(needed);
    if (symbol === undefined) log.warning(`${path} needs unknown symbol ${name}`);
    else if (checkVersions && owners.crc(symbol) !== (versions?.needCrcs[i] ?? 0)) {
      log.warning(`${path} disagrees about version of symbol ${name}`);
    }
  });
}

/**
 * Gives every module its `rank`: modules without users first, the last one found next (kmod:
 * `depmod_calculate_dependencies`). Returns the indexes of the modules that are left because of cycles.
 */
export function rankModules(modules: readonly DepmodModule[]): number[] {
  const users = new Int32Array(modules.length);
  for (const { dependencies } of modules) {
    for (let i = 0; i < dependencies.length; i++) users[dependencies[i]!]!++;
  }
  const ready: number[] = [];
  for (let i = 0; i < modules.length; i++) if (users[i] === 0) ready.push(i);
  let rank = 0;
  for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
    const module = modules[next]!;
    module.rank = rank++;
    const { dependencies } = module;
    for (let i = 0; i < dependencies.length; i++) {
      if (--users[dependencies[i]!]! === 0) ready.push(dependencies[i]!);
    }
  }
  if (rank === modules.length) return [];
  return modules.filter(({ index }) => users[index]! > 0).map(({ index }) => index);
}

/** The indexes of every module's dependencies and theirs, by ascending rank (kmod: `mod_get_all_sorted_dependencies`). */
export function allDependencies(modules: readonly DepmodModule[]): Int32Array[] {
  const byRank = new Int32Array(modules.length);
  for (const { rank, index } of modules) byRank[rank] = index;
  const search = new DependencySearch(modules);
  return modules.map((module) => {
    const ranks = search.ranksBelow(module).sort();
    for (let i = 0; i < ranks.length; i++) ranks[i] = byRank[ranks[i]!]!;
    return ranks;
  });
}

/** Follows dependencies, again and again with the same memory. */
class DependencySearch {
  readonly #modules: readonly DepmodModule[];
  /** By module: the index of the one below which it was found last. */
  readonly #seen: Int32Array;
  readonly #ranks: Int32Array;
  readonly #stack: number[] = [];

  constructor(modules: readonly DepmodModule[]) {
    this.#modules = modules;
    this.#seen = new Int32Array(modules.length).fill(-1);
    this.#ranks = new Int32Array(modules.length);
  }

  /** The ranks of all that a module needs, and what that needs; in no order. */
  ranksBelow({ index, dependencies }: DepmodModule): Int32Array {
    const stack = this.#stack;
    const seen = this.#seen;
    let count = 0;
    this.#push(dependencies);
    while (stack.length > 0) {
      const next = stack.pop()!;
      if (seen[next] === index) continue;
      seen[next] = index;
      const module = this.#modules[next]!;
      this.#ranks[count++] = module.rank;
      this.#push(module.dependencies);
    }
    return this.#ranks.slice(0, count);
  }

  #push(dependencies: readonly number[]): void {
    for (let i = 0; i < dependencies.length; i++) this.#stack.push(dependencies[i]!);
  }
}
