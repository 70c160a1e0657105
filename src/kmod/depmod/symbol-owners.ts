import type { DepmodModule } from './depmod-module.ts';
import { type KernelSymbols, withoutPrefix } from './kernel-symbols.ts';
import { FACTS, type ModuleFacts } from './module-facts.ts';
import type { SymbolPool } from './symbol-pool.ts';

const UNKNOWN = -2;
/** The kernel itself exports the symbol. */
export const KERNEL = -1;

/** Which module exports a symbol: the last one that does (kmod: `depmod_symbol_add`, `depmod_symbol_find`). */
export class SymbolOwners {
  readonly #owners: Int32Array;
  readonly #crcs: Float64Array;
  /** The number under which a needed symbol is looked up: without a leading `.` and the prefix. */
  readonly #lookups: Int32Array;

  constructor(facts: ModuleFacts, modules: readonly DepmodModule[], kernel: KernelSymbols | undefined, prefix: string) {
    const { pool, numbers, versions } = facts;
    const kernelIds = [...(kernel ?? [])].map(([name, crc]) => [pool.internString(name), crc] as const);
    const exportIds = prefix === '' ? undefined : mapNames(pool, (name) => withoutPrefix(name, prefix));
    this.#lookups = mapNames(
      pool,
      (name) => withoutPrefix(name.startsWith('.') ? name.slice(1) : name, prefix),
      prefix === '',
    );
    this.#owners = new Int32Array(pool.size).fill(UNKNOWN);
    this.#crcs = new Float64Array(pool.size);
    for (const [id, crc] of kernelIds) this.#set(id, KERNEL, crc);
    for (const { index, row } of modules) {
      const crcs = versions.get(row)?.exportCrcs;
      const start = facts.start(row, FACTS.EXPORTS);
      const end = facts.end(row, FACTS.EXPORTS);
      for (let i = start; i < end; i++) {
        const id = numbers.words[i]!;
        this.#set(exportIds === undefined ? id : exportIds[id]!, index, crcs?.[i - start] ?? 0);
      }
    }
  }

  #set(id: number, owner: number, crc: number): void {
    this.#owners[id] = owner;
    this.#crcs[id] = crc;
  }

  /** The symbol that a needed one resolves to; undefined: nobody exports it. */
  resolve(needed: number): number | undefined {
    const id = this.#lookups[needed]!;
    return this.#owners[id] === UNKNOWN ? undefined : id;
  }

  /** Module index, or KERNEL. */
  owner(id: number): number {
    return this.#owners[id]!;
  }

  crc(id: number): number {
    return this.#crcs[id]!;
  }

  /** The symbols that modules export. */
  exported(): number[] {
    const ids: number[] = [];
    for (let id = 0; id < this.#owners.length; id++) if (this.#owners[id]! >= 0) ids.push(id);
    return ids;
  }
}

/** The number of the changed name by the number of the name. With `onlyDots` only names with a leading `.` are looked at. */
function mapNames(pool: SymbolPool, change: (name: string) => string, onlyDots = false): Int32Array {
  const count = pool.size;
  const ids = new Int32Array(count);
  for (let id = 0; id < count; id++) {
    ids[id] = onlyDots && pool.firstByte(id) !== 0x2e ? id : pool.internString(change(pool.name(id)));
  }
  return ids;
}
