import { softDependencies } from '../config/module-config.ts';
import type { KmodContext, KmodModule } from '../kmod-module.ts';

/** One module to be loaded. */
export interface LoadStep {
  readonly module: KmodModule;
  /** Its failure stops the whole: it is the wanted module or one of its hard dependencies. */
  readonly required: boolean;
  /** Its `install` command is passed over. */
  readonly ignoreCommand: boolean;
}

/** How a plan departs from the plain one. */
export interface LoadPlanOptions {
  /** `-i`: the wanted module's own install command and soft dependencies are passed over. */
  readonly ignoreCommands: boolean;
  /** Every matching `softdep` line counts, not the first alone (kmod issue 33). */
  readonly mergeSoftdeps: boolean;
  /** A module with soft dependencies keeps its `install` command (kmod issue 446). */
  readonly keepInstall: boolean;
}

/**
 * The modules to load for `wanted`, in order (kmod: `kmod_module_get_probe_list`): for each hard dependency its `pre`
 * soft dependencies with all of theirs, itself, its `post`; then the same for the module. A module that was once
 * asked for as a soft dependency is not entered again, which ends loops. A module may stand in the plan twice.
 */
export function loadPlan(context: KmodContext, wanted: KmodModule, options: LoadPlanOptions): LoadStep[] {
  const order: KmodModule[] = [];
  const visited = new Set<KmodModule>();
  const ignored = new Set<KmodModule>();
  const needed = context.dependencies(wanted);
  const required = new Set<KmodModule>([wanted, ...needed]);

  const setIgnored = (module: KmodModule, ignore: boolean) => (ignore ? ignored.add(module) : ignored.delete(module));
  const enter = (module: KmodModule, ignoreCommands: boolean): void => {
    if (visited.has(module)) return;
    visited.add(module);
    for (const dependency of module === wanted ? needed : context.dependencies(module)) surround(dependency);
    if (ignoreCommands) {
      order.push(module);
      setIgnored(module, true);
    } else surround(module);
  };
  const surround = (module: KmodModule): void => {
    const { pre, post } = softDependencies(context, module, options.mergeSoftdeps);
    for (const soft of pre) enter(soft, false);
    order.push(module);
    setIgnored(module, !options.keepInstall && pre.length + post.length > 0);
    for (const soft of post) enter(soft, false);
  };

  enter(wanted, options.ignoreCommands);
  return order.map((module) => ({
    module,
    required: required.has(module),
    ignoreCommand: ignored.has(module),
  }));
}
