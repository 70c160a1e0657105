/** What depmod takes from a module's file. Symbols are numbers of a {@link SymbolPool}. */
export interface ModuleFacts {
  /** Exported symbols. */
  readonly exports: ArrayLike<number>;
  /** Symbols needed, in the order in which kmod meets them: undefined ones of `.symtab`, then the rest of `__versions`. */
  readonly needs: ArrayLike<number>;
  /** Values of the `.modinfo` fields, byte strings in file order. */
  readonly aliases: readonly string[];
  readonly softdeps: readonly string[];
  readonly weakdeps: readonly string[];
  /** Only when versions are to be checked. */
  readonly versions: SymbolVersions | undefined;
}

/** CRCs and bindings of a module's symbols, for `depmod -e`. */
export interface SymbolVersions {
  /** CRC of each exported symbol; 0: none. */
  readonly exportCrcs: readonly number[];
  /** CRC of each needed symbol; 0: none. */
  readonly needCrcs: readonly number[];
  /** 1: a weak reference, which may stay unresolved. */
  readonly weak: readonly number[];
}

/** Facts of a module that could not be read, or has none. */
export const NO_FACTS: ModuleFacts = {
  exports: [],
  needs: [],
  aliases: [],
  softdeps: [],
  weakdeps: [],
  versions: undefined,
};
