import { reportCycles } from './dependency-cycles.ts';
import { allDependencies, rankModules, resolveDependencies } from './dependency-graph.ts';
import type { DepmodLog } from './depmod-log.ts';
import { type DepmodModule, orderModules } from './depmod-module.ts';
import type { KernelSymbols } from './kernel-symbols.ts';
import { type ModuleFacts, NO_FACTS } from './module-facts.ts';
import type { ModuleFile } from './module-priority.ts';
import { ModuleReader } from './read-module.ts';
import { readModules } from './read-threads.ts';
import { SymbolOwners } from './symbol-owners.ts';
import { SymbolPool } from './symbol-pool.ts';
import { type DepmodResult, type OwnedSymbol, orderSymbols } from './text-outputs.ts';
import type { TreeMemory } from './tree-memory.ts';

/** What depmod is to find out about a set of modules. */
export interface DepmodInput {
  readonly files: Iterable<ModuleFile>;
  /** The version directory: modules.order is read there. */
  readonly directory: string;
  readonly kernel: KernelSymbols | undefined;
  /** `-P`: one character, or nothing. */
  readonly symbolPrefix: string;
  /** `-e` */
  readonly reportUnknown: boolean;
  /** `-E` */
  readonly checkVersions: boolean;
  readonly verbose: boolean;
  /** What earlier runs found out; undefined: nothing is to be remembered. */
  readonly memory: TreeMemory | undefined;
  /** Told how many modules have been read. */
  readonly progress: (done: number, all: number) => void;
}

/**
 * Reads all modules and works out what the outputs say; undefined: there are dependency cycles, which have been
 * reported. Source: tools/depmod.c, `depmod_load`.
 */
export async function examineModules(input: DepmodInput, log: DepmodLog): Promise<DepmodResult | undefined> {
  const modules = orderModules(input.files, input.directory, log);
  const pool = new SymbolPool();
  if (input.reportUnknown) await readWithVersions(modules, pool, input, log);
  else await readFacts(modules, pool, input, log);
  const owners = new SymbolOwners(pool, modules, input.kernel, input.symbolPrefix);
  resolveDependencies(modules, owners, pool, input, log);
  const left = rankModules(modules);
  if (left.length > 0) {
    reportCycles(modules, left, log);
    return undefined;
  }
  const symbols: OwnedSymbol[] = [];
  for (const id of owners.exported()) symbols.push({ name: pool.name(id), owner: modules[owners.owner(id)]! });
  return { modules, dependencies: allDependencies(modules), symbols: orderSymbols(symbols) };
}

async function readFacts(modules: DepmodModule[], pool: SymbolPool, input: DepmodInput, log: DepmodLog): Promise<void> {
  const { memory } = input;
  memory?.recall(modules, pool);
  const unread = modules.filter(({ facts }) => facts === NO_FACTS);
  const paths = unread.map(({ path }) => path);
  const all = await readModules(paths, pool, (done) => input.progress(done, paths.length));
  for (let i = 0; i < unread.length; i++) setFacts(unread[i]!, all[i]!, log);
  memory?.learn(modules, pool);
}

async function readWithVersions(
  modules: DepmodModule[],
  pool: SymbolPool,
  input: DepmodInput,
  log: DepmodLog,
): Promise<void> {
  const reader = new ModuleReader(pool, true);
  let done = 0;
  for (const module of modules) {
    setFacts(module, reader.readPlain(module.path) ?? (await reader.read(module.path)), log);
    input.progress(++done, modules.length);
  }
}

function setFacts(module: DepmodModule, facts: ModuleFacts | string, log: DepmodLog): void {
  if (typeof facts === 'string') log.error(`failed to load symbols from ${module.path}: ${facts}`);
  else module.facts = facts;
}
