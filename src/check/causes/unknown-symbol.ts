import { TAINT } from '../../kernel/log/taint.ts';
import type { CauseRule, Diagnosis } from '../diagnosis.ts';
import { undefinedSymbols } from '../undefined-symbols.ts';
import type { Cause } from '../verdict.ts';
import { listWords } from '../words.ts';

/** Symbols that nobody loaded exports: who would, or where they can be had. */
export const unknownSymbol: CauseRule = (diagnosis) => {
  if (diagnosis.stage !== 'simplify_symbols') return [];
  const ignored = diagnosis.info?.arch.ignoredUndefined ?? [];
  const missing = undefinedSymbols(diagnosis)
    .filter(({ name, weak, found }) => !found && !weak && !ignored.includes(name))
    .map(({ name }) => name);
  return [...groupByProvider(diagnosis, missing)].map(([provider, symbols]) => explain(diagnosis, provider, symbols));
};

function groupByProvider({ world }: Diagnosis, symbols: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const symbol of symbols) {
    const provider = world.exporters(symbol)[0] ?? '';
    groups.set(provider, [...(groups.get(provider) ?? []), symbol]);
  }
  return groups;
}

function explain(diagnosis: Diagnosis, provider: string, symbols: readonly string[]): Cause {
  const needs = `The module needs ${symbols.length === 1 ? 'symbol' : 'symbols'} ${listWords(symbols)}, which`;
  if (provider === '') return unknown(diagnosis, needs, symbols);
  if (diagnosis.world.refuses?.(provider)) {
    return {
      id: 'dependency-refused',
      reason: `${needs} module ${provider} exports; ${provider} does not load itself.`,
      next: `See first why ${provider} does not load.`,
    };
  }
  return {
    id: 'dependency-not-loaded',
    reason: `${needs} module ${provider} exports; ${provider} is not loaded.`,
    next: loadFirst(diagnosis, provider),
  };
}

function unknown({ kernel, world }: Diagnosis, needs: string, symbols: readonly string[]): Cause {
  const elsewhere = world.kernels.filter(({ exports }) => symbols.every((symbol) => exports.find(symbol)));
  const which = listWords(elsewhere.map(({ release }) => release));
  const hint = elsewhere.length > 0 ? ` ${which} has ${symbols.length === 1 ? 'it' : 'them all'}.` : '';
  return {
    id: 'unknown-symbol',
    reason: `${needs} neither ${kernel.profile.release} nor any module known here exports.${hint}`,
    next: nobodyExports(symbols.length),
  };
}

function loadFirst({ world }: Diagnosis, provider: string): string {
  const order = [...world.loadOrder(provider), provider];
  return `Load first, in this order: ${order.join(', ')}. modprobe does it by itself once depmod has seen the module.`;
}

function nobodyExports(count: number): string {
  const it = count === 1 ? 'it' : 'them';
  return `If another module of yours exports ${it}, check both together or name its directory with --tree; if the kernel once did, the module must be ported or the option that builds ${it} turned on.`;
}

/** Symbols that only GPL-compatible modules may use, wanted by a module of another licence. */
export const gplOnlySymbol: CauseRule = (diagnosis) => {
  const { stage, info } = diagnosis;
  if (stage !== 'simplify_symbols' || !info || !(info.module.taints & (1 << TAINT.PROPRIETARY_MODULE))) return [];
  const symbols = undefinedSymbols(diagnosis).filter(({ found }) => found?.gplOnly);
  if (symbols.length === 0) return [];
  return [
    {
      id: 'gpl-only',
      reason: `The module's licence is not GPL-compatible, but it uses ${listWords(symbols.map(({ name }) => name))}, exported to GPL modules only. The kernel reports that as an unknown symbol.`,
      next: 'Declare the licence it really has with MODULE_LICENSE("GPL") (or "Dual MIT/GPL", "Dual BSD/GPL") if that is true, or do without these symbols.',
    },
  ];
};
