import type { DepmodResult } from '../../kmod/depmod/text-outputs.ts';

/** `-n --json`: what the files would say, one object a module in their order. Bytes beyond ASCII are escaped. */
export function jsonOf({ modules, dependencies, symbols }: DepmodResult): string {
  const exported = new Map<number, string[]>();
  for (const { name, owner } of symbols) {
    const names = exported.get(owner.index) ?? [];
    names.push(name);
    exported.set(owner.index, names);
  }
  const rows = modules.map(({ name, listedPath, index, facts }) => ({
    name,
    path: listedPath,
    dependencies: dependencies[index]!.map((dependency) => dependency.name),
    aliases: facts.aliases,
    softdeps: facts.softdeps,
    weakdeps: facts.weakdeps,
    symbols: exported.get(index) ?? [],
  }));
  const text = JSON.stringify({ modules: rows }, undefined, 2);
  return `${text.replace(/[^ -~\n]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}
