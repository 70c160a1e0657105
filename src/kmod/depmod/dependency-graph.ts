import type { DepmodLog } from './depmod-log.ts';
import type { DepmodModule } from './depmod-module.ts';
import { FACTS, type ModuleFacts } from './module-facts.ts';
import { KERNEL, type SymbolOwners } from './symbol-owners.ts';

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
  const { pool, numbers } = facts;
  const seen = new Int32Array(modules.length).fill(-1);
  for (const module of modules) {
    const versions = facts.versions.get(module.row);
    const start = facts.start(module.row, FACTS.NEEDS);
    const end = facts.end(module.row, FACTS.NEEDS);
    for (let i = start; i < end; i++) {
      const needed = numbers.words[i]!;
      const symbol = owners.resolve(needed);
      const isWeak = versions?.weak[i - start] === 1;
      if (symbol === undefined) {
        if (options.reportUnknown && !isWeak) log.warning(`${module.path} needs unknown symbol ${pool.name(needed)}`);
        continue;
      }
      if (
        options.checkVersions &&
        options.reportUnknown &&
        !isWeak &&
        owners.crc(symbol) !== (versions?.needCrcs[i - start] ?? 0)
      ) {
        log.warning(`${module.path} disagrees about version of symbol ${pool.name(needed)}`);
      }
      const owner = owners.owner(symbol);
      if (owner === KERNEL || seen[owner] === module.index) continue;
      seen[owner] = module.index;
      module.dependencies.push(owner);
      if (options.verbose) log.show(`${module.path} needs "${pool.name(symbol)}": ${modules[owner]!.path}`);
    }
  }
}

/**
 * Gives every module its `rank`: modules without users first, the last one found next (kmod:
 * `depmod_calculate_dependencies`). Returns the indexes of the modules that are left because of cycles.
 */
export function rankModules(modules: readonly DepmodModule[]): number[] {
  const users = new Int32Array(modules.length);
  for (const { dependencies } of modules) for (const owner of dependencies) users[owner]!++;
  const ready: number[] = [];
  for (let i = 0; i < modules.length; i++) if (users[i] === 0) ready.push(i);
  let rank = 0;
  for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
    const module = modules[next]!;
    module.rank = rank++;
    for (const owner of module.dependencies) if (--users[owner]! === 0) ready.push(owner);
  }
  if (rank === modules.length) return [];
  return modules.filter(({ index }) => users[index]! > 0).map(({ index }) => index);
}

/** The indexes of every module's dependencies and theirs, by ascending rank (kmod: `mod_get_all_sorted_dependencies`). */
export function allDependencies(modules: readonly DepmodModule[]): Int32Array[] {
  const seen = new Int32Array(modules.length).fill(-1);
  const byRank = new Int32Array(modules.length);
  for (const { rank, index } of modules) byRank[rank] = index;
  const found = new Int32Array(modules.length);
  const stack: number[] = [];
  return modules.map((module) => {
    let count = 0;
    for (const index of module.dependencies) stack.push(index);
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      if (seen[next] === module.index) continue;
      seen[next] = module.index;
      found[count++] = modules[next]!.rank;
      for (const index of modules[next]!.dependencies) stack.push(index);
    }
    const ranks = found.slice(0, count).sort();
    for (let i = 0; i < count; i++) ranks[i] = byRank[ranks[i]!]!;
    return ranks;
  });
}
