import type { DepmodModule } from './depmod-module.ts';
import { NO_FACTS } from './module-facts.ts';
import type { ModuleFile } from './module-priority.ts';
import { OUTPUT_NAMES } from './outputs.ts';
import type { SymbolPool } from './symbol-pool.ts';
import { digest, type FileKey, presentKey, readCache, settledKey, type TreeCache, writeCache } from './tree-cache.ts';

/** Files of the version directory that go into the outputs. */
const INPUT_NAMES = ['modules.order', 'modules.builtin', 'modules.builtin.modinfo'];

/** Where a tree is, and where what is known of it is kept. */
export interface MemoryPlaces {
  readonly cachePath: string;
  readonly directory: string;
  readonly outDirectory: string;
  /** Everything else that the outputs depend on. */
  readonly settings: string;
}

/**
 * What depmod remembers of a tree from run to run: a file's facts as long as device, inode, size and both times are the
 * same, and whether the outputs still are what they were when nothing was to be said. Any doubt: the file is read.
 */
export class TreeMemory {
  readonly #places: MemoryPlaces;
  readonly #cache: TreeCache | undefined;
  readonly #keys = new Map<string, FileKey>();
  readonly #inputs: string;
  #remember: ((state: string) => void) | undefined;

  constructor(places: MemoryPlaces, files: Iterable<ModuleFile>) {
    this.#places = places;
    this.#cache = readCache(places.cachePath);
    const now = BigInt(Date.now()) * 1_000_000n;
    for (const { path } of files) this.#keys.set(path, settledKey(path, now));
    const inputs = INPUT_NAMES.map((name) => settledKey(`${places.directory}/${name}`, now));
    const isSettled = [...this.#keys.values(), ...inputs].every((key) => key !== '');
    this.#inputs = isSettled ? digest([places.settings, ...inputs, ...[...this.#keys].flat()]) : '';
  }

  /** The last run's inputs and outputs are all as they were: there is nothing to do. */
  isUnchanged(): boolean {
    return this.#inputs !== '' && this.#cache?.state === this.#state();
  }

  /** Gives modules the facts that still hold. Requires an empty pool. */
  recall(modules: readonly DepmodModule[], pool: SymbolPool): void {
    if (this.#cache === undefined) return;
    const facts = this.#cache.facts(pool);
    for (const module of modules) {
      const row = this.#cache.rows.get(module.path);
      if (row === undefined || row.key !== this.#keys.get(module.path)) continue;
      module.facts = facts[row.index] ?? NO_FACTS;
    }
  }

  /** Takes note of what a run found; `unread` modules were not remembered. */
  learn(modules: readonly DepmodModule[], pool: SymbolPool, unread: number): void {
    this.#remember = (state) => {
      if (unread === 0 && this.#cache?.state === state && this.#cache.rows.size === modules.length) return;
      const entries = modules.map(({ path, facts }) => {
        const key = facts === NO_FACTS ? '' : (this.#keys.get(path) ?? '');
        return { path, key, facts };
      });
      writeCache(this.#places.cachePath, state, entries, pool);
    };
  }

  /** Keeps what was learnt. `wasQuiet`: the run had nothing to say, so that it need not be repeated to say it. */
  keep(wasQuiet: boolean): void {
    this.#remember?.(wasQuiet && this.#inputs !== '' ? this.#state() : '');
  }

  #state(): string {
    const outputs = OUTPUT_NAMES.map((name) => presentKey(`${this.#places.outDirectory}/${name}`));
    return outputs.includes('') ? '' : digest([this.#inputs, ...outputs]);
  }
}
