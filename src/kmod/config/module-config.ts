import { fnmatch } from '../fnmatch.ts';
import type { KmodContext, KmodModule } from '../kmod-module.ts';
import { lookupAlias } from '../lookup.ts';

/** All `options` lines for the module or for the alias by which it was reached, joined; undefined: none. */
export function configuredOptions(context: KmodContext, module: KmodModule): string | undefined {
  const texts = context.config.options
    .filter(({ module: name }) => name === module.name || name === module.alias)
    .map(({ text }) => text)
    .filter((text) => text !== '');
  return texts.length === 0 ? undefined : texts.join(' ');
}

/** The first `install` or `remove` line whose pattern matches; undefined: none. */
export function configuredCommand(
  context: KmodContext,
  module: KmodModule,
  kind: 'install' | 'remove',
): string | undefined {
  const first = () => context.config[kind].find(({ module: pattern }) => fnmatch(pattern, module.name))?.text;
  return module[kind] ?? first();
}

/** A `blacklist` line names the module (patterns do not count). */
export function isBlacklisted(context: KmodContext, module: KmodModule): boolean {
  return context.config.blacklist.includes(module.name);
}

/** The modules that are to be loaded before and after another, if they can be. */
export interface SoftDependencies {
  readonly pre: readonly KmodModule[];
  readonly post: readonly KmodModule[];
}

/**
 * The soft dependencies of a module: the first `softdep` line whose pattern matches, as in kmod; with `merge`, all
 * such lines in the order read. A name that is found nowhere is left out.
 */
export function softDependencies(context: KmodContext, module: KmodModule, merge: boolean): SoftDependencies {
  const matching = context.config.softdeps.filter(({ module: pattern }) => fnmatch(pattern, module.name));
  const lines = merge ? matching : matching.slice(0, 1);
  const resolve = (names: readonly string[]) => names.flatMap((name) => resolveDependency(context, name));
  return { pre: resolve(lines.flatMap(({ pre }) => pre)), post: resolve(lines.flatMap(({ post }) => post)) };
}

function resolveDependency(context: KmodContext, name: string): readonly KmodModule[] {
  const modules = lookupAlias(context, name);
  if (modules === undefined) {
    context.log('lookup_softdep', `failed to lookup soft dependency '${name}', continuing anyway.`);
  }
  return modules ?? [];
}
