import { readByteString } from '../files.ts';
import { packFacts } from './facts-pack.ts';
import { keepOutputs, keptOutputs } from './kept-outputs.ts';
import { ModuleFacts, NO_FACTS } from './module-facts.ts';
import { OUTPUT_NAMES, type OutputFile } from './outputs.ts';
import { ModuleReader } from './read-module.ts';
import { KEY_LENGTH, presentKeys, putSettledKey, readCache, type TreeCache, writeCache } from './tree-cache.ts';

/** Files of the version directory that go into the outputs. */
const INPUT_NAMES = ['modules.order', 'modules.builtin', 'modules.builtin.modinfo'];
/** With more changed files than this the whole is done anew; each may then be read by any thread. */
const CHANGED_LIMIT = 64;

/** Where a tree is, and where what is known of it is kept. */
export interface MemoryPlaces {
  readonly cachePath: string;
  readonly directory: string;
  readonly outDirectory: string;
  /** Options and configuration, as far as the outputs depend on them. */
  readonly settings: string;
}

/**
 * What depmod remembers of a tree from run to run: a file's facts as long as its key is the same, and whether the
 * outputs still are what they were when nothing was to be said. Any doubt: the file is read.
 */
export class TreeMemory {
  readonly #places: MemoryPlaces;
  readonly #cache: TreeCache | undefined;
  readonly #paths: readonly string[];
  readonly #keys: Float64Array;
  readonly #inputs: string;
  /** The cache's facts, once they are wanted, and the first row. */
  #loaded: { readonly facts: ModuleFacts; readonly first: number } | undefined;
  /** Rows of files that were read to see whether they are alike, by place. */
  readonly #read = new Map<number, number>();
  /** What {@link keep} is to keep. */
  #facts: ModuleFacts | undefined;
  /** The row of each path; NO_FACTS: it was not read. */
  #rows: Int32Array = new Int32Array(0);
  /** The facts as they are written. */
  #packed: Uint8Array | undefined;
  #stamp = `${Date.now()}-${process.pid}`;

  /** `paths`: all module files of the tree. */
  constructor(places: MemoryPlaces, paths: readonly string[]) {
    this.#places = places;
    this.#paths = paths;
    this.#cache = readCache(places.cachePath);
    this.#keys = new Float64Array(paths.length * KEY_LENGTH);
    const now = Date.now();
    for (let i = 0; i < paths.length; i++) putSettledKey(this.#keys, i * KEY_LENGTH, paths[i]!, now);
    const inputs = INPUT_NAMES.map((name) => readByteString(`${places.directory}/${name}`) ?? '');
    this.#inputs = [places.settings, ...inputs].join('\x01').replaceAll('\0', '\x02');
  }

  /**
   * The outputs need not be worked out: configuration and files are as they were after the last run, and so is what
   * the files with another key hold. Those of the outputs that are not in place any more; undefined: all must be made.
   */
  async outputsToRestore(): Promise<readonly OutputFile[] | undefined> {
    const cache = this.#cache;
    if (cache === undefined || cache.outputs === '' || cache.inputs !== this.#inputs) return undefined;
    if (!this.#isSameTree(cache)) return undefined;
    const arePresent = cache.outputs === this.#outputs();
    const outputs = arePresent ? [] : keptOutputs(this.#outputsPath, cache.stamp);
    const changed = this.#paths.flatMap((_, i) => (this.#isKnown(i, i) ? [] : [i]));
    if (outputs === undefined || changed.length > CHANGED_LIMIT) return undefined;
    if (changed.length === 0 && arePresent) return outputs;
    return (await this.#areAlike(cache, changed)) ? outputs : undefined;
  }

  get #outputsPath(): string {
    return `${this.#places.cachePath}.outputs`;
  }

  /**
   * The facts that still hold, and their rows by place; NO_FACTS: it must be read. So must a file without any facts: it
   * was shadowed by another, or could not be read.
   */
  recall(): { readonly facts: ModuleFacts; readonly rows: Int32Array } {
    const rows = new Int32Array(this.#paths.length).fill(NO_FACTS);
    if (this.#cache === undefined) return { facts: new ModuleFacts(), rows };
    const { facts, first } = this.#load(this.#cache);
    const placeThere = this.#placesIn(this.#cache);
    for (let place = 0; place < rows.length; place++) {
      const there = placeThere(place);
      if (there !== undefined && this.#isKnown(place, there) && !facts.isEmpty(first + there))
        rows[place] = first + there;
    }
    for (const [place, row] of this.#read) rows[place] = row;
    return { facts, rows };
  }

  /** Takes note of what a run found: the rows by place. */
  learn(rows: Int32Array, facts: ModuleFacts): void {
    this.#facts = facts;
    this.#rows = rows;
  }

  /**
   * Keeps outputs that are new, and makes ready what {@link keep} writes: to be done while these outputs are on their way
   * to the disk.
   */
  prepare(made: readonly OutputFile[]): void {
    if (this.#facts === undefined) return;
    this.#packed = packFacts(this.#facts, this.#rows);
    if (made.length > 0) keepOutputs(this.#outputsPath, this.#stamp, made);
  }

  /**
   * Keeps what was learnt, once the outputs are in place. `wasQuiet`: the run had nothing to say, so that it need not be
   * repeated to say it.
   */
  keep(wasQuiet: boolean): void {
    if (this.#packed === undefined) return;
    const outputs = wasQuiet ? this.#outputs() : '';
    const contents = { inputs: this.#inputs, outputs, stamp: this.#stamp, paths: this.#paths, keys: this.#keys };
    writeCache(this.#places.cachePath, contents, this.#packed);
  }

  #isSameTree({ paths }: TreeCache): boolean {
    return paths.length === this.#paths.length && paths.every((path, i) => path === this.#paths[i]);
  }

  /** Where the cache has a file of the tree, by its place here. */
  #placesIn(cache: TreeCache): (place: number) => number | undefined {
    if (this.#isSameTree(cache)) return (place) => place;
    const known = new Map(cache.paths.map((path, i) => [path, i]));
    return (place) => known.get(this.#paths[place]!);
  }

  /** File `place` of the tree has the key of row `row` of the cache. */
  #isKnown(place: number, row: number): boolean {
    const [here, there] = [place * KEY_LENGTH, row * KEY_LENGTH];
    if (this.#keys[here] === 0 && this.#keys[here + 3] === 0) return false;
    for (let i = 0; i < KEY_LENGTH; i++) if (this.#keys[here + i] !== this.#cache!.keys[there + i]) return false;
    return true;
  }

  /** The changed files hold the same facts as before; {@link keep} then keeps their new keys. */
  async #areAlike(cache: TreeCache, changed: readonly number[]): Promise<boolean> {
    const { facts, first } = this.#load(cache);
    const reader = new ModuleReader(facts, false);
    for (const place of changed) {
      const path = this.#paths[place]!;
      const row = await reader.read(path);
      if (typeof row === 'string') return false;
      this.#read.set(place, row);
      if (!facts.areAlike(row, first + place)) return false;
    }
    this.#facts = facts;
    this.#rows = Int32Array.from(this.#paths, (_, place) => first + place);
    this.#stamp = cache.stamp;
    return true;
  }

  #load(cache: TreeCache): { readonly facts: ModuleFacts; readonly first: number } {
    if (this.#loaded === undefined) {
      const facts = new ModuleFacts();
      this.#loaded = { facts, first: cache.load(facts) };
    }
    return this.#loaded;
  }

  #outputs(): string {
    return presentKeys(OUTPUT_NAMES.map((name) => `${this.#places.outDirectory}/${name}`));
  }
}
