import { modinfoValues } from '../../kernel/modinfo.ts';
import type { CauseRule } from '../diagnosis.ts';
import { undefinedSymbols } from '../undefined-symbols.ts';
import { listWords } from '../words.ts';

/** Symbols of a namespace that the module does not import. */
export const namespace: CauseRule = (diagnosis) => {
  const { stage, info, kernel } = diagnosis;
  if (stage !== 'simplify_symbols' || !info) return [];
  if (kernel.profile.config('MODULE_ALLOW_MISSING_NAMESPACE_IMPORTS') === 'y') return [];
  const imported = new Set(modinfoValues(info, 'import_ns'));
  const missing = new Map<string, string[]>();
  for (const { name, found } of undefinedSymbols(diagnosis)) {
    if (!found?.namespace || imported.has(found.namespace)) continue;
    missing.set(found.namespace, [...(missing.get(found.namespace) ?? []), name]);
  }
  return [...missing].map(([space, symbols]) => ({
    id: 'namespace',
    reason: `The module uses ${listWords(symbols)} from symbol namespace ${space}, but does not import it.`,
    next: `Add this line to the module and rebuild it: MODULE_IMPORT_NS(${importArgument(kernel.profile.versionNumbers, space)});`,
  }));
};

/** Since 6.13 the namespace is a string literal. */
function importArgument([major, minor]: readonly [number, number, number], space: string): string {
  return major > 6 || (major === 6 && minor >= 13) ? `"${space}"` : space;
}
