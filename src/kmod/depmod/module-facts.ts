import { GrowingBytes } from '../growing-bytes.ts';
import { GrowingWords } from '../growing-words.ts';
import { SymbolPool } from './symbol-pool.ts';

/** CRCs and bindings of a module's symbols, for `depmod -e`. */
export interface SymbolVersions {
  /** CRC of each exported symbol; 0: none. */
  readonly exportCrcs: number[];
  /** CRC of each needed symbol; 0: none. */
  readonly needCrcs: number[];
  /** 1: a weak reference, which may stay unresolved. */
  readonly weak: number[];
}

/**
 * What is kept of a module. Symbols are lists of numbers of the pool; needs stand in the order in which kmod meets them:
 * undefined ones of `.symtab`, then the rest of `__versions`. The others are values of `.modinfo` fields in file order.
 */
export const FACTS = { EXPORTS: 0, NEEDS: 1, ALIASES: 2, SOFTDEPS: 3, WEAKDEPS: 4 } as const;
/** In the order of a row. */
export const FACT_KINDS = Object.values(FACTS);
/** The number of a kind of fact. */
export type FactKind = (typeof FACT_KINDS)[number];
/** Those of them that are values of .modinfo, likewise. */
export const TEXT_KINDS = [FACTS.ALIASES, FACTS.SOFTDEPS, FACTS.WEAKDEPS] as const;
/** The number of a kind that is text. */
export type TextKind = (typeof TEXT_KINDS)[number];

/** Words of a row: where each kind ends. It begins where the kind before it ends, the first where the row before does. */
export const ROW = 5;
/** Row of a module that could not be read, or has nothing. */
export const NO_FACTS = 0;

/**
 * What depmod takes from modules' files, in columns: a row a module, its symbols in `numbers`, its texts in `texts`, a
 * NUL behind each. No object a module and no string is made.
 */
export class ModuleFacts {
  readonly pool = new SymbolPool();
  readonly rows = new GrowingWords(ROW << 10);
  readonly numbers = new GrowingWords(1 << 15);
  readonly texts = new GrowingBytes(1 << 16);
  /** By row; only when versions are to be checked. */
  readonly versions = new Map<number, SymbolVersions>();

  constructor() {
    for (let i = 0; i < ROW; i++) this.rows.push(0);
  }

  /** How many rows there are, with {@link NO_FACTS}. */
  get count(): number {
    return this.rows.length / ROW;
  }

  /** Drops what was added behind the last row: a module that turned out damaged. */
  dropOpenRow(): void {
    const last = this.count - 1;
    this.numbers.length = this.end(last, FACTS.NEEDS);
    this.texts.length = this.end(last, FACTS.WEAKDEPS);
  }

  /** Where a kind begins in {@link numbers} or {@link texts}. */
  start(row: number, kind: FactKind): number {
    if (kind === FACTS.EXPORTS) return row === NO_FACTS ? 0 : this.end(row - 1, FACTS.NEEDS);
    if (kind === FACTS.ALIASES) return row === NO_FACTS ? 0 : this.end(row - 1, FACTS.WEAKDEPS);
    return this.rows.words[row * ROW + kind - 1]!;
  }

  end(row: number, kind: FactKind): number {
    return this.rows.words[row * ROW + kind]!;
  }

  isEmpty(row: number): boolean {
    return (
      this.start(row, FACTS.EXPORTS) === this.end(row, FACTS.NEEDS) &&
      this.start(row, FACTS.ALIASES) === this.end(row, FACTS.WEAKDEPS)
    );
  }

  /** Values of a `.modinfo` field as byte strings. */
  strings(row: number, kind: TextKind): string[] {
    const [start, end] = [this.start(row, kind), this.end(row, kind)];
    return start === end ? [] : this.texts.buffer.toString('latin1', start, end - 1).split('\0');
  }

  /** Two modules have the same facts. Versions are not looked at. */
  areAlike(one: number, other: number): boolean {
    if (FACT_KINDS.some((kind) => this.#size(one, kind) !== this.#size(other, kind))) return false;
    const numbersOf = (row: number) =>
      this.numbers.words.subarray(this.start(row, FACTS.EXPORTS), this.end(row, FACTS.NEEDS));
    const textsOf = (row: number) =>
      this.texts.buffer.subarray(this.start(row, FACTS.ALIASES), this.end(row, FACTS.WEAKDEPS));
    const others = numbersOf(other);
    return numbersOf(one).every((id, i) => id === others[i]) && textsOf(one).equals(textsOf(other));
  }

  #size(row: number, kind: FactKind): number {
    return this.end(row, kind) - this.start(row, kind);
  }
}
