import type { DepmodConfig } from './depmod-config.ts';

/** A module's file, as the search meets it; byte strings. */
export interface ModuleFile {
  /** `e1000e`: the base name up to the first `.`, `-` as `_`. */
  readonly name: string;
  readonly path: string;
  /** Which of the files found it is. */
  readonly place: number;
  /** Below the version directory; undefined: found in an `external` directory. */
  readonly relativePath: string | undefined;
  /** As the outputs name it: below the version directory, else absolute below the root. */
  readonly listedPath: string;
}

/** Which of two files with one module name stays, and why. */
export interface Verdict {
  readonly newWins: boolean;
  /** For `--explain`: the rule that decided. */
  readonly rule: string;
}

/** The path without `.ko` and what follows: what `override` compares. */
function withoutExtension(path: string): string {
  const slash = path.lastIndexOf('/');
  const dot = path.indexOf('.', slash + 1);
  return dot < 0 ? path : path.slice(0, dot);
}

/**
 * Whether a newly found file takes the place of the one that is there (kmod: `depmod_module_is_higher_priority`,
 * whose quirk is kept: of two files below one `search` directory the later found one wins; elsewhere the earlier).
 */
export function compareFiles(config: DepmodConfig, old: ModuleFile, found: ModuleFile): Verdict {
  const oldRelative = old.relativePath && withoutExtension(old.relativePath);
  const newRelative = found.relativePath && withoutExtension(found.relativePath);
  for (const override of config.overrides) {
    if (newRelative === override) return { newWins: true, rule: `override ${override}` };
    if (oldRelative === override) return { newWins: false, rule: `override ${override}` };
  }
  const priorities = searchPriorities(config, old, found);
  const newWins = priorities.found > priorities.old;
  return { newWins, rule: searchRule(config, old, found, priorities) };
}

interface Priorities {
  readonly old: number;
  readonly found: number;
}

function searchPriorities(config: DepmodConfig, old: ModuleFile, found: ModuleFile): Priorities {
  let [builtin, oldPriority, newPriority] = [-1, -1, -1];
  let index = 0;
  for (const search of config.searches) {
    if (search === 'built-in') builtin = index;
    else if (search === 'external') {
      for (const directory of config.externals) {
        if (found.path.startsWith(`${directory}/`)) newPriority = index;
        if (old.path.startsWith(`${directory}/`)) oldPriority = index;
        index++;
      }
    } else if (found.relativePath?.startsWith(`${search}/`)) newPriority = index;
    else if (old.relativePath?.startsWith(`${search}/`)) oldPriority = index;
    index++;
  }
  return { old: oldPriority < 0 ? builtin : oldPriority, found: newPriority < 0 ? builtin : newPriority };
}

function searchRule(config: DepmodConfig, old: ModuleFile, found: ModuleFile, priorities: Priorities): string {
  const below = (file: ModuleFile) => config.searches.findLast((search) => file.relativePath?.startsWith(`${search}/`));
  if (priorities.old === priorities.found) return 'equal priority: the first in byte order of paths stays';
  const [winner, loser] = priorities.found > priorities.old ? [found, old] : [old, found];
  if (below(winner) === below(loser))
    return `both below ${below(winner) ?? 'external'}: the last in byte order of paths wins`;
  return `search: ${below(winner) ?? 'built-in'} before ${below(loser) ?? 'built-in'}`;
}
