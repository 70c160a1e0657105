import { fnmatch } from './fnmatch.ts';
import type { KmodContext, KmodModule } from './kmod-module.ts';
import { normalizeModuleName, underscores } from './underscores.ts';

/** One place to look a name up: the modules that it gives there, none: the next place is asked. */
type Lookup = (context: KmodContext, name: string) => readonly KmodModule[];

const configAliases: Lookup = (context, name) =>
  context.config.aliases
    .filter(({ pattern }) => fnmatch(pattern, name))
    .map(({ pattern, module }) => context.fromAlias(pattern, module));

const dependencyIndex: Lookup = (context, name) => {
  const line = name.includes(':') ? undefined : context.tree.dependencyLine(name);
  if (line === undefined) return [];
  const module = context.fromName(name);
  context.parseDependencyLine(module, line);
  return [module];
};

const symbolIndex: Lookup = (context, name) =>
  name.startsWith('symbol:') ? context.tree.symbolOwners(name).map((owner) => context.fromAlias(name, owner)) : [];

const commands: Lookup = (context, name) => {
  for (const kind of ['install', 'remove'] as const) {
    const command = context.config[kind].find(({ module }) => module === name);
    if (command === undefined) continue;
    const module = context.fromName(name);
    module[kind] = command.text;
    return [module];
  }
  return [];
};

const aliasIndex: Lookup = (context, name) =>
  context.tree.aliasTargets(name).map((target) => context.fromAlias(name, target));

const builtinIndex: Lookup = (context, name) => {
  if (!context.tree.isBuiltin(name)) return [];
  const module = context.fromName(name);
  module.builtin = true;
  return [module];
};

const builtinAliasIndex: Lookup = (context, name) =>
  context.tree.builtinAliasTargets(name).map((target) => {
    const module = context.fromAlias(name, target);
    module.builtin = true;
    return module;
  });

/** In the order in which kmod asks: `kmod_module_new_from_lookup`. */
const PLACES: readonly Lookup[] = [
  configAliases,
  dependencyIndex,
  symbolIndex,
  commands,
  aliasIndex,
  builtinIndex,
  builtinAliasIndex,
];

/** kmod: `kmod_module_new_from_name_lookup`. */
const NAME_PLACES: readonly Lookup[] = [dependencyIndex, builtinIndex, builtinAliasIndex];

function firstAnswer(places: readonly Lookup[], context: KmodContext, name: string): readonly KmodModule[] {
  for (const place of places) {
    const modules = place(context, name);
    if (modules.length > 0) return modules;
  }
  return [];
}

/** The modules that a name, alias or modalias stands for; undefined for a malformed one (unbalanced brackets). */
export function lookupAlias(context: KmodContext, alias: string): readonly KmodModule[] | undefined {
  const name = underscores(alias);
  return name === undefined ? undefined : firstAnswer(PLACES, context, name);
}

/** The module of this very name, aliases of modules and configuration left aside. */
export function lookupName(context: KmodContext, name: string): KmodModule | undefined {
  return firstAnswer(NAME_PLACES, context, normalizeModuleName(name))[0];
}
