import type { Kernel } from '../kernel.ts';
import { isVersionWithin } from '../kernel-version.ts';

/** One kind of exported symbols: where its table stands in a module, who may use it, and what the log says of it. */
export interface SymbolClass {
  readonly name: 'any' | 'gpl' | 'gpl_future' | 'unused' | 'unused_gpl';
  readonly table: string;
  readonly crcTable: string;
  /** Fields of `struct module` for the table, its length and its CRCs. */
  readonly fields: readonly [table: string, count: string, crcs: string];
  readonly gplOnly: boolean;
  /** Gone since this kernel version. */
  readonly until?: readonly [number, number];
  /** What the use of such a symbol is answered with (KERN_WARNING); `forGpl`: also when a GPL module uses it. */
  readonly warning?: { readonly forGpl: boolean; readonly text: (symbol: string) => string };
}

const UNUSED_WARNING = {
  forGpl: true,
  text: (symbol: string) => `Symbol ${symbol} is marked as UNUSED, however this module is using it.`,
};

/** In the order in which `each_symbol_section` looks: kernel/module.c of 5.10, kernel/module/main.c of 6.1. */
const CLASSES: readonly SymbolClass[] = [
  {
    name: 'any',
    table: '__ksymtab',
    crcTable: '__kcrctab',
    fields: ['syms', 'num_syms', 'crcs'],
    gplOnly: false,
  },
  {
    name: 'gpl',
    table: '__ksymtab_gpl',
    crcTable: '__kcrctab_gpl',
    fields: ['gpl_syms', 'num_gpl_syms', 'gpl_crcs'],
    gplOnly: true,
  },
  {
    name: 'gpl_future',
    table: '__ksymtab_gpl_future',
    crcTable: '__kcrctab_gpl_future',
    fields: ['gpl_future_syms', 'num_gpl_future_syms', 'gpl_future_crcs'],
    gplOnly: false,
    until: [5, 12],
    warning: {
      forGpl: false,
      text: (symbol) => `Symbol ${symbol} is being used by a non-GPL module, which will not be allowed in the future`,
    },
  },
  {
    name: 'unused',
    table: '__ksymtab_unused',
    crcTable: '__kcrctab_unused',
    fields: ['unused_syms', 'num_unused_syms', 'unused_crcs'],
    gplOnly: false,
    until: [5, 12],
    warning: UNUSED_WARNING,
  },
  {
    name: 'unused_gpl',
    table: '__ksymtab_unused_gpl',
    crcTable: '__kcrctab_unused_gpl',
    fields: ['unused_gpl_syms', 'num_unused_gpl_syms', 'unused_gpl_crcs'],
    gplOnly: true,
    until: [5, 12],
    warning: UNUSED_WARNING,
  },
];

/** The classes that this kernel has. */
export function symbolClasses(kernel: Kernel): readonly SymbolClass[] {
  return CLASSES.filter(({ until }) => isVersionWithin(kernel, undefined, until));
}
