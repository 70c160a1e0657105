import { reportCycles } from './dependency-cycles.ts';
import { allDependencies, rankModules, resolveDependencies } from './dependency-graph.ts';
import type { DepmodLog } from './depmod-log.ts';
import { type DepmodModule, orderModules } from './depmod-module.ts';
import type { DepmodResult } from './depmod-result.ts';
import { hashOrder } from './hash-order.ts';
import type { KernelSymbols } from './kernel-symbols.ts';
import { ModuleFacts, NO_FACTS } from './module-facts.ts';
import type { ModuleFile } from './module-priority.ts';
import { ModuleReader } from './read-module.ts';
import { ModuleReading } from './read-threads.ts';
import { SymbolOwners } from './symbol-owners.ts';
import type { TreeMemory } from './tree-memory.ts';

/** What depmod is to find out about a set of modules. */
export interface DepmodInput {
  readonly files: readonly ModuleFile[];
  /** How many files were found, with those that others shadow: their places are below it. */
  readonly found: number;
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

/** Buckets of kmod's hash table of symbols. */
const SYMBOL_BUCKETS = 2048;

/**
 * Reads all modules and works out what the outputs say; undefined: there are dependency cycles, which have been
 * reported. Source: tools/depmod.c, `depmod_load`.
 */
export async function examineModules(input: DepmodInput, log: DepmodLog): Promise<DepmodResult | undefined> {
  const { facts, modules } = await (input.reportUnknown ? readWithVersions : readFacts)(input, log);
  const owners = new SymbolOwners(facts, modules, input.kernel, input.symbolPrefix);
  resolveDependencies(modules, owners, facts, input, log);
  const left = rankModules(modules);
  if (left.length > 0) {
    reportCycles(modules, left, log);
    return undefined;
  }
  const symbols = hashOrder(facts.pool.names, owners.exported(), SYMBOL_BUCKETS);
  return { modules, facts, dependencies: allDependencies(modules), symbols, owners };
}

interface ReadModules {
  readonly facts: ModuleFacts;
  readonly modules: DepmodModule[];
}

/** The threads begin to read before the modules have got their order. */
async function readFacts(input: DepmodInput, log: DepmodLog): Promise<ReadModules> {
  const { facts, rows } = input.memory?.recall() ?? { facts: new ModuleFacts(), rows: new Int32Array(input.found) };
  const unread = input.files.filter(({ place }) => rows[place] === NO_FACTS);
  const reading = new ModuleReading(unread.map(({ path }) => path));
  const modules = orderModules(input.files, input.directory, log);
  const found = await reading.finish(facts, (done) => input.progress(done, unread.length));
  const errors = new Map<number, string>();
  for (let i = 0; i < unread.length; i++) {
    const row = found[i]!;
    if (typeof row === 'string') errors.set(unread[i]!.place, row);
    else rows[unread[i]!.place] = row;
  }
  for (const module of modules) {
    const error = errors.get(module.place);
    if (error === undefined) module.row = rows[module.place]!;
    else reportUnread(module, error, log);
  }
  input.memory?.learn(rows, facts);
  return { facts, modules };
}

async function readWithVersions(input: DepmodInput, log: DepmodLog): Promise<ReadModules> {
  const facts = new ModuleFacts();
  const modules = orderModules(input.files, input.directory, log);
  const reader = new ModuleReader(facts, true);
  let done = 0;
  for (const module of modules) {
    const row = reader.readNow(module.path) ?? (await reader.read(module.path));
    if (typeof row === 'string') reportUnread(module, row, log);
    else module.row = row;
    input.progress(++done, modules.length);
  }
  return { facts, modules };
}

function reportUnread({ path }: DepmodModule, why: string, log: DepmodLog): void {
  log.error(`failed to load symbols from ${path}: ${why}`);
}
