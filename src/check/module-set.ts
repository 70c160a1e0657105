import { exportedNames, type ModuleFacts, moduleFacts, moduleName } from './module-facts.ts';

/** One module file that can be read again and again; nothing of it is kept. */
export interface ModuleSource {
  /** As it is named in answers. */
  readonly file: string;
  /** The module's bytes, decompressed. Raises an error whose message says what is wrong with the file. */
  read(): Promise<Uint8Array>;
  /** The first bytes of the file as it is, compressed or not; absent: they were never compressed. */
  head?(): Uint8Array;
}

/** A module of a set, with what its file says of it. */
export interface KnownModule extends ModuleFacts {
  readonly source: ModuleSource;
}

/** Modules by name, and who needs whom. */
export class ModuleSet {
  readonly #byName = new Map<string, KnownModule>();
  #exporters: Map<string, string[]> | undefined;

  /** Takes modules up; of two with one name the first stays. */
  add(modules: readonly KnownModule[]): void {
    for (const module of modules) if (!this.#byName.has(module.name)) this.#byName.set(module.name, module);
    this.#exporters = undefined;
  }

  get(name: string): KnownModule | undefined {
    return this.#byName.get(name);
  }

  /** Names of all modules that `name` needs, each after those that it needs itself; `name` is not among them. */
  loadOrder(name: string): string[] {
    const ordered = new Set<string>();
    const visiting = new Set<string>();
    const visit = (at: string): void => {
      if (ordered.has(at) || visiting.has(at)) return;
      visiting.add(at);
      for (const needed of this.#byName.get(at)?.depends ?? []) visit(needed);
      ordered.add(at);
    };
    visit(name);
    ordered.delete(name);
    return [...ordered].filter((at) => this.#byName.has(at));
  }

  /** Reads all files once for the symbols that they export; one that cannot be read exports none. */
  async learnExports(): Promise<void> {
    if (this.#exporters) return;
    this.#exporters = new Map();
    for (const [name, module] of this.#byName) {
      const image = await module.source.read().catch(() => new Uint8Array(0));
      for (const symbol of exportedNames(image)) {
        this.#exporters.set(symbol, [...(this.#exporters.get(symbol) ?? []), name]);
      }
    }
  }

  /** Names of the modules that export a symbol; none before {@link learnExports}. */
  exporters(symbol: string): readonly string[] {
    return this.#exporters?.get(symbol) ?? [];
  }
}

/** Reads a file's facts; a module that does not say its name is called as its file. */
export async function knowModule(source: ModuleSource): Promise<KnownModule> {
  const facts = moduleFacts(await source.read());
  return { ...facts, name: facts.name || nameOfFile(source.file), source };
}

function nameOfFile(file: string): string {
  return moduleName(file.slice(file.lastIndexOf('/') + 1).replace(/\.ko(\..*)?$/, ''));
}
