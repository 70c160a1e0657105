import { errnoNumber, strerror } from '../../abi/errno.ts';
import { busyboxConfigLines, commandLineOptions } from '../../kmod/config/busybox-config.ts';
import { readByteString, statOf } from '../../kmod/files.ts';
import { fnmatch } from '../../kmod/fnmatch.ts';
import { indexedPath, isInsideRoot } from '../../kmod/inside-root.ts';
import type { Run } from '../../kmod/probe/requests.ts';
import { moduleNameOfPath } from '../../kmod/underscores.ts';
import type { AppletContext } from '../applet.ts';
import { BUSYBOX_USAGE } from '../command-line/busybox-usage.ts';
import { getoptLong } from '../command-line/getopt-long.ts';
import { moduleDirectory } from '../machine/module-directory.ts';
import { runningRelease } from '../machine/running-release.ts';
import { BufferedOutput } from '../output/buffered-output.ts';
import { toByteString } from '../output/byte-string.ts';
import { busyboxModuleError } from '../output/error-words.ts';
import { ToolExit } from '../output/kmod-log.ts';
import { BusyboxDatabase, type ModuleEntry } from './busybox-database.ts';
import { isContradictory, OPTIONS } from './busybox-options.ts';
import type { Machine } from './machine-view.ts';

/** Bytes that busybox reads to tell what a file is. */
const MAGIC_LENGTH = 2;

const NO_FILE = strerror(errnoNumber('ENOENT'));

/** modprobe as busybox 1.35 has it: no softdep, no install or remove commands; `-r` takes the dependencies along. */
export class BusyboxModprobe {
  readonly #applet: AppletContext;
  readonly #machine: Machine;
  readonly #stdout: BufferedOutput;
  readonly #database = new BusyboxDatabase((text) => this.#say(text));
  readonly #directory: string;
  readonly #root: string;
  #options: ReadonlySet<string> = new Set();
  /** What the operands give the wanted module; undefined with `-a` and `-r`. */
  #parameters: string | undefined;

  constructor(applet: AppletContext, machine: Machine) {
    this.#applet = applet;
    this.#machine = machine;
    this.#stdout = new BufferedOutput(applet.stdout);
    this.#root = toByteString(applet.options.root);
    this.#directory = moduleDirectory(this.#root, runningRelease(this.#root), '/');
  }

  /** `words`: the command line behind the name, byte strings. */
  *run(words: readonly string[]): Run {
    try {
      return yield* this.#run(words);
    } catch (error) {
      if (error instanceof ToolExit) return error.status;
      throw error;
    } finally {
      this.#stdout.flush();
    }
  }

  *#run(words: readonly string[]): Run {
    const { options, operands } = getoptLong(words, OPTIONS);
    this.#options = new Set(options.map(({ id }) => id));
    const wrong = options.find((option) => 'message' in option);
    if (this.#has('help') || wrong !== undefined || isContradictory(this.#options)) {
      if (wrong !== undefined && !this.#has('help')) this.#say(wrong.message);
      this.#applet.stderr.write(BUSYBOX_USAGE.modprobe);
      return this.#has('help') ? 0 : 1;
    }
    const missing = this.#missingDirectory();
    if (missing !== undefined) return this.#fail(`can't change directory to '${missing}': ${NO_FILE}`);
    if (this.#has('l')) return this.#list(operands);
    if (operands.length === 0) return this.#withoutOperands();
    if (!this.#has('D')) yield { kind: 'begin' };
    return yield* this.#probe(operands);
  }

  #has(option: string): boolean {
    return this.#options.has(option);
  }

  #say(text: string): void {
    this.#stdout.flush();
    this.#applet.stderr.writeBytes(Buffer.from(`${this.#applet.name}: ${text}\n`, 'latin1'));
  }

  #fail(text: string): number {
    this.#say(text);
    return 1;
  }

  #missingDirectory(): string | undefined {
    if (statOf(this.#directory) !== undefined) return undefined;
    const cut = this.#directory.lastIndexOf('/');
    const parent = this.#directory.slice(0, cut);
    return statOf(parent) === undefined ? parent : this.#directory.slice(cut + 1);
  }

  /** `modprobe -r` asks the kernel to unload what it thinks unused: no kernel since 2.6 does. The message is printf's of no text. */
  #withoutOperands(): number {
    return this.#has('r') ? this.#fail(`(null): ${strerror(errnoNumber('EFAULT'))}`) : 0;
  }

  #list(patterns: readonly string[]): number {
    const path = `${this.#directory}/modules.dep`;
    const contents = readByteString(path);
    if (contents === undefined) return this.#fail(`can't open 'modules.dep': ${NO_FILE}`);
    const wanted = patterns.map((pattern) => pattern.replaceAll('-', '_'));
    for (const [file = ''] of busyboxConfigLines(contents, 2, 1, (text) => this.#say(text))) {
      if (!file.endsWith(':')) continue;
      const name = moduleNameOfPath(file);
      const times = wanted.length === 0 ? 1 : wanted.filter((pattern) => fnmatch(pattern, name)).length;
      for (let i = 0; i < times; i++) this.#stdout.print(`${file.slice(0, -1)}\n`);
    }
    return 0;
  }

  *#probe(operands: readonly string[]): Run {
    const database = this.#database;
    database.readBuiltin(`${this.#directory}/modules.builtin`);
    const takesAll = this.#has('a') || this.#has('r');
    for (const word of takesAll ? operands : operands.slice(0, 1)) this.#addProbe(word);
    if (!takesAll) this.#parameters = operands.slice(1).map(parameterText).join('');
    if (database.probes.length === 0) return 0;
    if (!this.#readAll()) return this.#fail(`can't open 'modules.dep': ${NO_FILE}`);
    let status = 0;
    for (const entry of database.probes) status |= yield* this.#probeEntry(entry);
    return status === 0 ? 0 : 1;
  }

  #addProbe(word: string): void {
    const entry = this.#database.entry(word);
    const isDone = this.#isLoaded(entry) || entry.isBuiltin;
    if (!isDone || this.#has('r') || this.#has('D')) this.#database.addProbe(word);
  }

  #isLoaded(entry: ModuleEntry): boolean {
    return this.#machine.kernel.initState(entry.name) !== undefined;
  }

  /** Configuration, dependencies and, for what these do not know, the modules' own aliases. */
  #readAll(): boolean {
    const database = this.#database;
    const file = (name: string) => `${this.#directory}/${name}`;
    const isSkipped = (entry: ModuleEntry) => this.#isLoaded(entry) && !this.#has('r') && !this.#has('D');
    database.readConfig(`${this.#root}/etc/modprobe.conf`);
    database.readConfig(`${this.#root}/etc/modprobe.d`);
    if (database.probes.some(({ name }) => name.startsWith('symbol:'))) database.readConfig(file('modules.symbols'));
    if (!database.readDependencies(file('modules.dep'), isSkipped)) return false;
    if (!database.isResolved) {
      database.readConfig(file('modules.alias'));
      database.readDependencies(file('modules.dep'), isSkipped);
    }
    for (const option of this.#commandLineOptions('modprobe')) {
      if (!option.startsWith('blacklist=')) continue;
      for (const name of option.slice('blacklist='.length).split(',')) database.entry(name).isBlacklisted = true;
    }
    return true;
  }

  #commandLineOptions(module: string): string[] {
    return commandLineOptions(readByteString(`${this.#root}/proc/cmdline`) ?? '', module);
  }

  *#probeEntry(entry: ModuleEntry): Run {
    if (entry.realNames.length === 0) {
      return this.#has('b') && entry.isBlacklisted ? 0 : yield* this.#load(entry);
    }
    let status = 0;
    for (const name of entry.realNames.splice(0)) {
      const real = this.#database.entry(name);
      const isDone = this.#isLoaded(real) && !this.#has('r') && !this.#has('D');
      if (!real.isBlacklisted && !isDone) status |= yield* this.#load(real);
    }
    return status;
  }

  /** busybox: `do_modprobe`. 0 or an errno. */
  *#load(entry: ModuleEntry): Run {
    if (!entry.isListed) {
      const what = entry.isBuiltin ? 'is builtin' : 'not found in modules.dep';
      if (!this.#has('q')) this.#say(`module ${entry.asked ?? entry.name} ${what}`);
      return errnoNumber('ENOENT');
    }
    const files = (entry.dependencies ?? []).splice(0);
    if (this.#has('r')) return this.#unload(entry, files);
    let status = 0;
    for (const file of files.reverse()) {
      status = yield* this.#loadFile(entry, file);
      if (status !== 0) break;
    }
    return status;
  }

  #unload(entry: ModuleEntry, files: readonly string[]): number {
    let status = 0;
    for (const [i, file] of files.entries()) {
      const module = this.#database.entryOfPath(file);
      status = this.#isLoaded(module) ? -this.#machine.kernel.remove(module.name, false) : 0;
      if (status !== 0 && i === 0) {
        this.#say(`can't unload module '${entry.asked ?? entry.name}': ${strerror(status)}`);
        break;
      }
    }
    return status;
  }

  *#loadFile(entry: ModuleEntry, file: string): Run {
    const module = this.#database.entryOfPath(file);
    const options = this.#optionsOf(module, module === entry);
    const path = indexedPath(file, this.#directory);
    if (!isInsideRoot(path, this.#directory)) {
      this.#say(`can't load module ${module.name} (${file}): the path leads out of the root`);
      return -errnoNumber('ENOENT');
    }
    if (this.#has('D')) {
      this.#stdout.print(`insmod ${path}${options === undefined ? '' : ` ${options}`}\n`);
      return 0;
    }
    if (this.#isLoaded(module)) return 0;
    const status = yield* this.#insert(path, options ?? '');
    if (status === errnoNumber('EEXIST')) return 0;
    if (status !== 0) {
      this.#say(`can't load module ${module.asked ?? module.name} (${file}): ${busyboxModuleError(status)}`);
    }
    return status;
  }

  /** busybox: `bb_init_module`, and of its zipped reader what it says and what ends it. */
  *#insert(path: string, options: string): Run {
    const damaged = yield { kind: 'prepare', path, unknown: 'zstd' };
    const image = this.#machine.images.read(path);
    if (image === undefined && statOf(path) === undefined) return -errnoNumber('ENOENT');
    if ((image?.length ?? 0) < MAGIC_LENGTH) throw new ToolExit(this.#fail('short read'));
    if (damaged < 0) this.#say('corrupted data');
    return -this.#machine.kernel.insert(path, { ignoreModversions: false, ignoreVermagic: false }, options);
  }

  #optionsOf(module: ModuleEntry, isWanted: boolean): string | undefined {
    const all = [...module.options.splice(0), ...this.#commandLineOptions(module.name)];
    if (isWanted && this.#parameters !== undefined) all.push(this.#parameters);
    return all.length === 0 ? undefined : all.join(' ');
  }
}

/** A parameter with a blank behind it; a value that holds a blank is quoted. */
function parameterText(word: string): string {
  const equals = word.indexOf('=');
  const value = word.slice(equals + 1);
  return equals >= 0 && value.includes(' ') ? `${word.slice(0, equals + 1)}"${value}" ` : `${word} `;
}
