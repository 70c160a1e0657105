import { errnoNumber, strerror } from '../../abi/errno.ts';
import { configuredCommand, type SoftDependencies, softDependencies } from '../config/module-config.ts';
import type { KmodModule } from '../kmod-module.ts';
import type { ProbeSession } from './probe-session.ts';
import type { Run } from './requests.ts';

/** How modules are to be unloaded. */
export interface RemoveOptions {
  /** `-i`: remove commands and soft dependencies are passed over. */
  readonly ignoreCommands: boolean;
  readonly mergeSoftdeps: boolean;
  /** What is not loaded counts as loaded. */
  readonly ignoreLoaded: boolean;
  readonly dryRun: boolean;
  /** Not loaded is an error. */
  readonly firstTime: boolean;
  readonly force: boolean;
  readonly removeHolders: boolean;
  /** How long to wait for a module to come out of use, in ms; 0: not at all. */
  readonly wait: number;
}

/** What a removal says; `fatal` may not return. */
export interface RemoveReport {
  /** `rmmod NAME` or `remove COMMAND`, before it is done. */
  show(action: string): void;
  fatal(text: string): void;
  error(text: string): void;
}

/** One run of `modprobe -r` over one name. */
export class Remover {
  readonly #session: ProbeSession;
  readonly #options: RemoveOptions;
  readonly #report: RemoveReport;

  constructor(session: ProbeSession, options: RemoveOptions, report: RemoveReport) {
    this.#session = session;
    this.#options = options;
    this.#report = report;
  }

  /**
   * Unloads a module: its `post` soft dependencies, with `removeHolders` its holders, itself, the dependencies that
   * nobody uses any more, its `pre` soft dependencies (kmod: `rmmod_do_module`). 0 or a negated errno.
   */
  *remove(module: KmodModule, isWanted = true): Run {
    const { context } = this.#session;
    const options = this.#options;
    const soft: SoftDependencies = options.ignoreCommands
      ? { pre: [], post: [] }
      : softDependencies(context, module, options.mergeSoftdeps);
    const command = options.ignoreCommands ? undefined : configuredCommand(context, module, 'remove');
    if (command === undefined && !options.ignoreLoaded) {
      const early = this.#checkLoaded(module, isWanted);
      if (early !== undefined) return early;
    }
    yield* this.#removeAll(soft.post, false);
    if (isWanted && options.removeHolders) {
      const holders = this.#session.kernel().holders(module.name);
      const error = yield* this.#removeAll(
        holders.map((name) => context.fromName(name)),
        true,
      );
      if (error < 0) return error;
    }
    const error = yield* command === undefined ? this.#removeItself(module) : this.#runCommand(module, command);
    if (error < 0) return error;
    yield* this.#removeAll(soft.pre, false);
    return error;
  }

  *#removeAll(modules: readonly KmodModule[], stopOnError: boolean): Run {
    for (const module of modules.toReversed()) {
      const error = yield* this.remove(module, false);
      if (error < 0 && stopOnError) return error;
    }
    return 0;
  }

  /** The status when there is nothing to unload; undefined: go on. */
  #checkLoaded(module: KmodModule, isWanted: boolean): number | undefined {
    if (this.#session.context.isBuiltin(module)) {
      if (!isWanted) return 0;
      this.#report.fatal(`Module ${module.name} is builtin.`);
      return -errnoNumber('ENOENT');
    }
    if (this.#session.kernel().initState(module.name) !== undefined) return undefined;
    if (!this.#options.firstTime) return 0;
    this.#report.fatal(`Module ${module.name} is not in kernel.`);
    return -errnoNumber('ENOENT');
  }

  *#removeItself(module: KmodModule): Run {
    const options = this.#options;
    const kernel = () => this.#session.kernel();
    const uses = kernel().referenceCount(module.name);
    if (!options.ignoreLoaded && options.wait === 0 && (uses ?? 0) > 0) {
      this.#report.fatal(`Module ${module.name} is in use.`);
      return -errnoNumber('EBUSY');
    }
    const error = yield* this.#deleteModule(module);
    if (error < 0) return error;
    for (const dependency of this.#session.context.dependencies(module)) {
      if (kernel().referenceCount(dependency.name) === 0) yield* this.#deleteModule(dependency);
    }
    return error;
  }

  /** kmod: `rmmod_do_remove_module`. */
  *#deleteModule(module: KmodModule): Run {
    const { name } = module;
    const { wait, force, dryRun, firstTime } = this.#options;
    this.#report.show(`rmmod ${name}`);
    if (dryRun) return 0;
    const busy = -errnoNumber('EAGAIN');
    let error = this.#session.kernel().remove(name, force);
    for (let waited = 0, pause = 1; error === busy && waited < wait; waited += pause, pause *= 2) {
      yield { kind: 'wait', milliseconds: Math.min(pause, wait - waited) };
      error = this.#session.kernel().remove(name, force);
    }
    if (error === -errnoNumber('EEXIST')) {
      if (!firstTime) return 0;
      this.#report.fatal(`Module ${name} is not in kernel.`);
    } else if (error < 0) {
      const why = strerror(-error);
      if (wait > 0) this.#report.error(`could not remove '${name}': ${why}`);
      else this.#session.context.log('kmod_module_remove_module', `could not remove '${name}': ${why}`);
    }
    return error;
  }

  *#runCommand(module: KmodModule, command: string): Run {
    this.#report.show(`remove ${command.replaceAll('$CMDLINE_OPTS', '')}`);
    if (this.#options.dryRun) return 0;
    const status = yield* this.#session.runCommand(command.replaceAll('$CMDLINE_OPTS', ''), module);
    if (status !== 0) this.#report.fatal(`Error running remove command for ${module.name}`);
    return -status;
  }
}
