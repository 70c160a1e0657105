import { type ErrnoName, errnoNumber, strerror } from '../../abi/errno.ts';
import { compileLess } from '../../host/compile-less.ts';
import { defaultConfigPaths } from '../../kmod/config/config-files.ts';
import { checksum } from '../../kmod/depmod/checksum.ts';
import { examineModules } from '../../kmod/depmod/depmod.ts';
import { type DepmodConfig, loadDepmodConfig } from '../../kmod/depmod/depmod-config.ts';
import type { DepmodLog } from '../../kmod/depmod/depmod-log.ts';
import { MODULES_LIMIT } from '../../kmod/depmod/depmod-module.ts';
import type { DepmodResult } from '../../kmod/depmod/depmod-result.ts';
import { chooseModules, searchModules } from '../../kmod/depmod/find-modules.ts';
import { type KernelSymbols, readSymvers, readSystemMap } from '../../kmod/depmod/kernel-symbols.ts';
import type { ModuleFile } from '../../kmod/depmod/module-priority.ts';
import { makeOutputs, type OutputFile, recorded } from '../../kmod/depmod/outputs.ts';
import { PublishError, type Published, publish } from '../../kmod/depmod/publish.ts';
import { TreeMemory } from '../../kmod/depmod/tree-memory.ts';
import { isUpToDate } from '../../kmod/depmod/up-to-date.ts';
import { absolutePath, readBytes, statOf } from '../../kmod/files.ts';
import { finishOutputs } from '../../kmod/output-commit.ts';
import { moduleNameOfPath, normalizeModuleName } from '../../kmod/underscores.ts';
import { refuseHostRoot } from '../../state/root-paths.ts';
import type { AppletContext } from '../applet.ts';
import { toByteString } from '../output/byte-string.ts';
import { KmodLog, LOG, type Priority } from '../output/kmod-log.ts';
import { KMOD_VERSION } from '../output/kmod-version.ts';
import { explain } from './explain.ts';
import { helpText } from './help.ts';
import { jsonOf } from './json.ts';
import { type DepmodWords, depmodWords } from './options.ts';
import { isVersion, type Places, placesOf } from './places.ts';
import { progressOn } from './progress.ts';

/** What a run knows besides the files. */
interface Extras {
  /** How many files were found. */
  readonly found: number;
  readonly kernel: KernelSymbols | undefined;
  readonly symbolPrefix: string;
  readonly memory: TreeMemory | undefined;
}

/** One run of depmod. */
export class DepmodRun {
  readonly #context: AppletContext;
  readonly #kmodLog: KmodLog;
  #verbosity = 0;
  #hasSpoken = false;

  constructor(context: AppletContext) {
    this.#context = context;
    this.#kmodLog = new KmodLog('depmod', context.stderr, undefined);
  }

  /** Does what the words say; the exit status. Raises ToolExit after a FATAL message. */
  async run(argv: readonly string[]): Promise<number> {
    const words = depmodWords(argv);
    if (words.flags.has('h')) return this.#print(helpText('depmod'));
    if (words.flags.has('V')) return this.#print(KMOD_VERSION);
    if (words.wrong !== undefined) {
      this.#kmodLog.bare(words.wrong, this.#context.calledAs);
      return 1;
    }
    this.#verbosity = words.verbosity;
    this.#kmodLog.setUp(Math.min(LOG.WARNING + words.verbosity, LOG.DEBUG));
    const prefix = words.values.get('P') ?? '';
    if (words.values.has('P') && prefix.length !== 1) this.#log.fatal('-P only takes a single char');
    const [version] = words.operands;
    if (version !== undefined && !isVersion(version)) {
      this.#log.error(`Bad version passed ${version}`);
      return 1;
    }
    return this.#work(words, placesOf(words, this.#context), prefix);
  }

  async #work(words: DepmodWords, places: Places, prefix: string): Promise<number> {
    const { flags, values } = words;
    const log = this.#log;
    const isShown = flags.has('n');
    if (!isShown) refuseHostRoot(this.#context.options.root);
    compileLess();
    finishOutputs(places.outDirectory);
    if (flags.has('A') && (isShown || isUpToDate(places.directory, log))) return 0;
    const kernel = this.#kernelSymbols(values, prefix);
    if (kernel === undefined && flags.has('e')) log.warning('-e needs -E or -F');
    const config = this.#config(words, places);
    const paths = this.#paths(words, places, config);
    const memory = this.#memory(words, places, paths, [prefix, JSON.stringify(config)].join(' '));
    if (!isShown && memory !== undefined && (await this.#restore(places.outDirectory, memory))) return 0;
    const found = chooseModules(paths, places, config);
    if (found.byName.size >= MODULES_LIMIT) {
      log.fatal(`could not build module array: ${strerror(errnoNumber('ERANGE'))}`);
    }
    const wanted = values.get('explain');
    if (wanted !== undefined) return explain(this.#context.stdout, found, normalizeModuleName(wanted));
    const result = await this.#examine(words, places, [...found.byName.values()], {
      found: paths.length,
      kernel,
      symbolPrefix: prefix,
      memory,
    });
    if (result === undefined) return 1;
    const options = { directory: places.directory, log, warnDuplicates: flags.has('w') };
    if (isShown) return this.#show(result, [...makeOutputs(result, options, 'text')], flags.has('json'));
    await this.#write(places.outDirectory, makeOutputs(result, options, 'all'), memory);
    return 0;
  }

  /** Puts the outputs back that are remembered of a tree that has not changed. False: it has, or nothing is remembered. */
  async #restore(directory: string, memory: TreeMemory): Promise<boolean> {
    const restored = await memory.outputsToRestore();
    if (restored === undefined) return false;
    const published = restored.length === 0 ? undefined : await this.#publish(directory, restored);
    memory.prepare([]);
    memory.keep(true);
    await published?.synced;
    return true;
  }

  #show(result: DepmodResult, outputs: readonly OutputFile[], isJson: boolean): number {
    if (isJson) return this.#print(jsonOf(result));
    for (const { bytes } of outputs) this.#context.stdout.writeBytes(bytes);
    return 0;
  }

  /** Publishes the outputs, and remembers them. */
  async #write(directory: string, outputs: Iterable<OutputFile>, memory: TreeMemory | undefined): Promise<void> {
    const made: OutputFile[] = [];
    const published = this.#publish(directory, recorded(outputs, made));
    memory?.prepare(made);
    const { synced } = await published;
    memory?.keep(!this.#hasSpoken);
    await synced;
  }

  async #examine(
    words: DepmodWords,
    { directory }: Places,
    files: readonly ModuleFile[],
    extras: Extras,
  ): Promise<DepmodResult | undefined> {
    const progress = progressOn(this.#context.stderr);
    try {
      const reportUnknown = words.flags.has('e') && extras.kernel !== undefined;
      const checkVersions = words.flags.has('E');
      const verbose = words.verbosity > 0;
      return await examineModules(
        { ...extras, files, directory, reportUnknown, checkVersions, verbose, progress: progress.step },
        this.#log,
      );
    } finally {
      progress.end();
    }
  }

  /** What is remembered of a whole tree; nothing where it would not help. */
  #memory(
    { flags, operands }: DepmodWords,
    places: Places,
    paths: readonly string[],
    settings: string,
  ): TreeMemory | undefined {
    const isSpecial = ['no-cache', 'e', 'v', 'w', 'explain'].some((flag) => flags.has(flag));
    if (isSpecial || operands.length > 1) return undefined;
    const name = checksum(new TextEncoder().encode(places.directory)).map((word) => (word >>> 0).toString(16));
    const cachePath = `${toByteString(this.#context.options.root)}/run/kobox/depmod/${name.join('')}.cache`;
    return new TreeMemory({ ...places, cachePath, settings: `${places.directory} ${settings}` }, paths);
  }

  #configPaths({ configPaths }: DepmodWords): readonly string[] {
    const { cwd, options } = this.#context;
    if (configPaths.length > 0) return configPaths.map((path) => absolutePath(path, toByteString(cwd)));
    return defaultConfigPaths(toByteString(options.root), 'depmod.d');
  }

  /** depmod.d; the directories of `external` are those of the machine. */
  #config(words: DepmodWords, { release, root }: Places): DepmodConfig {
    const config = loadDepmodConfig(this.#configPaths(words), release, this.#log);
    return { ...config, externals: config.externals.map((directory) => root + directory) };
  }

  /** The module files of the tree, or those that the command line names. */
  #paths({ flags, operands }: DepmodWords, places: Places, config: DepmodConfig): readonly string[] {
    const log = this.#log;
    const paths = operands.slice(1);
    if (paths.length === 0 || flags.has('a') || flags.has('A')) {
      const found = searchModules(places.directory, config, log);
      if (typeof found !== 'string') return found;
      return log.fatal(`could not search modules: ${strerror(errnoNumber(found))}`);
    }
    const names = new Set<string>();
    for (const path of paths) {
      if (!path.startsWith('/')) log.fatal(`${path}: not absolute path.`);
      if (statOf(path) === undefined) log.fatal(`could not create module ${path}: ${strerror(errnoNumber('ENOENT'))}`);
      const name = moduleNameOfPath(path);
      if (names.has(name)) log.fatal(`could not add module ${path}: ${strerror(errnoNumber('EEXIST'))}`);
      names.add(name);
    }
    return paths;
  }

  #kernelSymbols(values: ReadonlyMap<string, string>, prefix: string): KernelSymbols | undefined {
    const [option, read] = values.has('E') ? (['E', readSymvers] as const) : (['F', readSystemMap] as const);
    const given = values.get(option);
    if (given === undefined) return undefined;
    const path = absolutePath(given, toByteString(this.#context.cwd));
    if (readBytes(path) === undefined) this.#log.fatal(`could not load ${given}: ${strerror(errnoNumber('ENOENT'))}`);
    return read(path, prefix, this.#log);
  }

  async #publish(directory: string, outputs: Iterable<OutputFile>): Promise<Published> {
    try {
      return await publish(directory, outputs);
    } catch (error) {
      if (!(error instanceof PublishError)) throw error;
      return this.#log.fatal(`${error.message}: ${strerror(errnoNumber(error.code as ErrnoName))}`);
    }
  }

  #print(text: string): number {
    this.#context.stdout.writeBytes(Buffer.from(text, 'latin1'));
    return 0;
  }

  #say(priority: Priority, text: string): void {
    this.#hasSpoken = true;
    this.#kmodLog.say(priority, text);
  }

  readonly #log: DepmodLog = {
    error: (text) => this.#say(LOG.ERR, text),
    warning: (text) => this.#say(LOG.WARNING, text),
    info: (text) => this.#kmodLog.say(LOG.INFO, text),
    fatal: (text) => {
      this.#kmodLog.say(LOG.CRIT, text);
      throw new Error(text);
    },
    show: (text) => {
      if (this.#verbosity > 0) this.#print(`${text}\n`);
    },
  };
}
