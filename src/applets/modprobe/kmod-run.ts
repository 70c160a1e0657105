import { errnoNumber, strerror } from '../../abi/errno.ts';
import type { KmodContext, KmodModule } from '../../kmod/kmod-module.ts';
import { lookupAlias } from '../../kmod/lookup.ts';
import { type InsertOptions, probeInsert, type ShowStep } from '../../kmod/probe/probe-insert.ts';
import { Remover } from '../../kmod/probe/probe-remove.ts';
import type { ProbeSession } from '../../kmod/probe/probe-session.ts';
import type { Run } from '../../kmod/probe/requests.ts';
import type { BufferedOutput } from '../output/buffered-output.ts';
import { type KmodLog, LOG } from '../output/kmod-log.ts';
import { parametersOfOperands } from './arguments.ts';
import { PlanListing } from './plan-listing.ts';
import type { ModprobeSettings } from './settings.ts';

/** One run of modprobe in kmod style, once its configuration is read: loading, unloading, looking up. */
export class KmodRun {
  readonly #settings: ModprobeSettings;
  readonly #session: ProbeSession;
  readonly #log: KmodLog;
  readonly #stdout: BufferedOutput;
  readonly #listing: PlanListing;

  constructor(settings: ModprobeSettings, session: ProbeSession, log: KmodLog, stdout: BufferedOutput) {
    this.#settings = settings;
    this.#session = session;
    this.#log = log;
    this.#stdout = stdout;
    this.#listing = new PlanListing(stdout, settings.json);
  }

  /** Does what the operands ask: 0 or a negated errno. */
  *operands(words: readonly string[]): Run {
    const { remove, all } = this.#settings;
    let status: number;
    if (remove) status = yield* this.#each(words, (word) => this.#remove(word));
    else if (all) status = yield* this.#each(words, (word) => this.#insert(word, undefined));
    else status = yield* this.#insert(words[0]!, parametersOfOperands(words.slice(1)));
    this.#listing.end();
    return status;
  }

  /** What a message about the operand is: the end of everything, but a warning when there may be more of them. */
  say(text: string): void {
    this.#log.say(this.#settings.all ? LOG.WARNING : LOG.CRIT, text);
  }

  *#each(words: readonly string[], run: (word: string) => Run): Run {
    let status = 0;
    for (const word of words) {
      const one = yield* run(word);
      if (one < 0) status = one;
    }
    return status;
  }

  *#insert(word: string, operands: string | undefined): Run {
    const modules = this.#find(word);
    if (modules === undefined) return -errnoNumber('ENOENT');
    let status = 0;
    for (const module of modules) status = yield* this.#insertModule(module, operands);
    return status;
  }

  *#insertModule(module: KmodModule, operands: string | undefined): Run {
    if (this.#settings.lookupOnly) {
      this.#stdout.print(`${module.name}\n`);
      return 0;
    }
    const error = yield* probeInsert(this.#session, module, this.#insertOptions(), operands, this.#showStep());
    if (error < 0) this.#log.say(LOG.ERR, `could not insert '${module.name}': ${insertError(-error)}`);
    return error;
  }

  *#remove(word: string): Run {
    const modules = lookupAlias(this.#context, word);
    if (modules === undefined) return -errnoNumber('EINVAL');
    if (modules.length === 0) this.say(`Module ${word} not found.`);
    let status = modules.length === 0 ? -errnoNumber('ENOENT') : 0;
    for (const module of modules) {
      status = yield* this.#remover().remove(module);
      if (status < 0) break;
    }
    return status;
  }

  get #context(): KmodContext {
    return this.#session.context;
  }

  /** Undefined, after a message: there is none. */
  #find(word: string): readonly KmodModule[] | undefined {
    if (/^\.?\//.test(word)) {
      const module = this.#context.fromPath(word);
      if (module !== undefined) return [module];
      this.say(`Failed to get module from path ${word}: ${strerror(errnoNumber('ENOENT'))}`);
      return undefined;
    }
    const modules = lookupAlias(this.#context, word) ?? [];
    if (modules.length > 0) return modules;
    this.say(`Module ${word} not found in directory ${this.#context.tree.directory}`);
    return undefined;
  }

  #insertOptions(): InsertOptions {
    const settings = this.#settings;
    return {
      ignoreCommands: settings.ignoreCommands,
      ignoreLoaded: settings.ignoreLoaded,
      dryRun: settings.dryRun,
      failOnLoaded: settings.firstTime,
      useBlacklist: settings.useBlacklist,
      mergeSoftdeps: settings.mergeSoftdeps,
      keepInstall: settings.keepInstall,
      force: {
        ignoreModversions: settings.force || settings.forceModversion,
        ignoreVermagic: settings.force || settings.forceVermagic,
      },
    };
  }

  get #isTalkative(): boolean {
    return this.#settings.show || this.#settings.verbose > LOG.WARNING;
  }

  /** kmod: `print_action`. */
  #showStep(): ShowStep {
    if (!this.#isTalkative) return () => undefined;
    return (module, command, options) => {
      const path = this.#context.path(module);
      if (command !== undefined) this.#listing.add({ action: 'install', module: module.name, command, options });
      else if (path !== undefined) this.#listing.add({ action: 'insmod', module: module.name, path, options });
      else if (this.#context.isBuiltin(module)) this.#listing.add({ action: 'builtin', module: module.name });
    };
  }

  #remover(): Remover {
    return new Remover(this.#session, this.#settings, {
      show: (action) => {
        if (!this.#isTalkative) return;
        this.#stdout.print(`${action}\n`);
        this.#stdout.flush();
      },
      fatal: (text) => this.say(text),
      error: (text) => this.#log.say(LOG.ERR, text),
    });
  }
}

/** kmod: `insmod_insert`. */
function insertError(errno: number): string {
  if (errno === errnoNumber('EEXIST')) return 'Module already in kernel';
  if (errno === errnoNumber('ENOENT')) return 'Unknown symbol in module, or unknown parameter (see dmesg)';
  return strerror(errno);
}
