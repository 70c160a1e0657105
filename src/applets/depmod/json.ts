import type { DepmodResult } from '../../kmod/depmod/depmod-result.ts';
import { FACTS } from '../../kmod/depmod/module-facts.ts';

/** `-n --json`: what the files would say, one object a module in their order. Bytes beyond ASCII are escaped. */
export function jsonOf({ modules, facts, dependencies, symbols, owners }: DepmodResult): string {
  const exported = modules.map((): string[] => []);
  for (const id of symbols) exported[owners.owner(id)]!.push(facts.pool.name(id));
  const rows = modules.map(({ name, listedPath, index, row }) => ({
    name,
    path: listedPath,
    dependencies: Array.from(dependencies[index]!, (dependency) => modules[dependency]!.name),
    aliases: facts.strings(row, FACTS.ALIASES),
    softdeps: facts.strings(row, FACTS.SOFTDEPS),
    weakdeps: facts.strings(row, FACTS.WEAKDEPS),
    symbols: exported[index],
  }));
  const text = JSON.stringify({ modules: rows }, undefined, 2);
  return `${text.replace(/[^ -~\n]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}
