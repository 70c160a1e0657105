import type { DepmodModule } from './depmod-module.ts';
import { type KernelSymbols, withoutPrefix } from './kernel-symbols.ts';
import { FACTS, type ModuleFacts } from './module-facts.ts';
import type { SymbolPool } from './symbol-pool.ts';

const UNKNOWN = -2;
/** The kernel itself exports the symbol. */
const KERNEL = -1;
const DOT = 0x2e;

/** Which module exports a symbol: the last one that does (kmod: `depmod_symbol_add`, `depmod_symbol_find`). */
export class SymbolOwners {
  readonly #owners: Int32Array;
  readonly #crcs: Float64Array;
  /** The number under which a needed symbol is looked up: without a leading `.` and the prefix. */
  readonly #lookups: Int32Array;
  /** By needed symbol: the index of the module that owns what it resolves to; negative: the kernel, or nobody. */
  readonly needed: Int32Array;

  constructor(facts: ModuleFacts, modules: readonly DepmodModule[], kernel: KernelSymbols | undefined, prefix: string) {
    const { pool, numbers, versions } = facts;
    const kernelIds = [...(kernel ?? [])].map(([name, crc]) => [pool.internString(name), crc] as const);
    const exportIds = prefix === '' ? undefined : mapNames(pool, (name) => withoutPrefix(name, prefix));
    this.#lookups =
      prefix === '' ? mapDots(pool) : mapNames(pool, (name) => withoutPrefix(name.replace(/^\./, ''), prefix));
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
    this.needed = this.#lookups.map((id) => this.#owners[id]!);
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
  exported(): Int32Array {
    const owners = this.#owners;
    const ids = new Int32Array(owners.length);
    let count = 0;
    for (let id = 0; id < owners.length; id++) if (owners[id]! >= 0) ids[count++] = id;
    return ids.subarray(0, count);
  }
}

/** The number of the changed name by the number of the name. */
function mapNames(pool: SymbolPool, change: (name: string) => string): Int32Array {
  return Int32Array.from({ length: pool.size }, (_, id) => pool.internString(change(pool.name(id))));
}

/** The number of the name without its leading dot by the number of the name. */
function mapDots(pool: SymbolPool): Int32Array {
  const ids = new Int32Array(pool.size);
  for (let id = 0; id < ids.length; id++) {
    ids[id] = pool.firstByte(id) === DOT ? pool.internString(pool.name(id).slice(1)) : id;
  }
  return ids;
}
