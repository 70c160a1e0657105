import { busyboxConfigLines } from '../../kmod/config/busybox-config.ts';
import { namesIn, readByteString, statOf } from '../../kmod/files.ts';
import { fnmatch } from '../../kmod/fnmatch.ts';
import { normalizeModuleName } from '../../kmod/underscores.ts';

/** A module, or a name asked for, as busybox keeps it (busybox: `struct module_entry`). */
export interface ModuleEntry {
  readonly name: string;
  /** The word of the command line. */
  asked: string | undefined;
  /** The modules that the name is an alias of, the one read last in front. */
  readonly realNames: string[];
  /** Paths, itself in front; undefined: not looked for, or not found. */
  dependencies: string[] | undefined;
  wantsDependencies: boolean;
  isListed: boolean;
  isBlacklisted: boolean;
  isBuiltin: boolean;
  options: string[];
}

const baseName = (path: string) => path.slice(path.lastIndexOf('/') + 1);

/** What busybox's modprobe knows of modules: names, aliases, options, blacklist, dependencies. */
export class BusyboxDatabase {
  readonly #entries = new Map<string, ModuleEntry>();
  readonly probes: ModuleEntry[] = [];
  readonly #report: (text: string) => void;

  constructor(report: (text: string) => void) {
    this.#report = report;
  }

  entry(word: string): ModuleEntry {
    const name = normalizeModuleName(word);
    let entry = this.#entries.get(name);
    if (entry === undefined) {
      entry = {
        name,
        asked: undefined,
        realNames: [],
        dependencies: undefined,
        wantsDependencies: false,
        isListed: false,
        isBlacklisted: false,
        isBuiltin: false,
        options: [],
      };
      this.#entries.set(name, entry);
    }
    return entry;
  }

  entryOfPath(path: string): ModuleEntry {
    return this.entry(baseName(path));
  }

  addProbe(word: string): void {
    const entry = this.entry(word);
    entry.asked = word;
    entry.wantsDependencies = true;
    this.probes.push(entry);
  }

  readBuiltin(path: string): void {
    for (const [line = ''] of this.#lines(path, 1, 1)) this.entryOfPath(line).isBuiltin = true;
  }

  /** A configuration file, or the `.conf` files of a directory. */
  readConfig(path: string): void {
    if (statOf(path)?.isDirectory() !== true) {
      this.#readConfigFile(path);
      return;
    }
    for (const name of namesIn(path) ?? []) {
      if (name.startsWith('.') || !name.endsWith('.conf') || statOf(`${path}/${name}`)?.isDirectory()) continue;
      this.#readConfigFile(`${path}/${name}`);
    }
  }

  #readConfigFile(path: string): void {
    for (const [directive, operand = '', rest] of this.#lines(path, 3, 2)) {
      if (directive === 'alias' && rest !== undefined) this.#addAlias(normalizeModuleName(operand), rest);
      else if (directive === 'options' && rest !== undefined) this.entry(operand).options.push(rest);
      else if (directive === 'include') this.readConfig(operand);
      else if (directive === 'blacklist') this.entry(operand).isBlacklisted = true;
    }
  }

  #addAlias(pattern: string, realName: string): void {
    for (const probe of this.probes) {
      if (!fnmatch(pattern, probe.name)) continue;
      const name = normalizeModuleName(realName);
      probe.realNames.unshift(name);
      probe.wantsDependencies = false;
      this.entry(name).wantsDependencies = true;
    }
  }

  get isResolved(): boolean {
    return ![...this.#entries.values()].some((entry) => entry.wantsDependencies && entry.dependencies === undefined);
  }

  /** Reads modules.dep as far as it is needed; false: there is none. */
  readDependencies(path: string, isSkipped: (entry: ModuleEntry) => boolean): boolean {
    const contents = readByteString(path);
    if (contents === undefined) return false;
    for (const [file = '', dependencies = ''] of busyboxConfigLines(contents, 2, 1, this.#report)) {
      if (this.isResolved) break;
      const entry = file.endsWith(':')
        ? this.#entries.get(normalizeModuleName(baseName(file.slice(0, -1))))
        : undefined;
      if (entry === undefined || isSkipped(entry)) continue;
      entry.isListed = true;
      if (!entry.wantsDependencies || entry.dependencies !== undefined) continue;
      entry.dependencies = [file.slice(0, -1), ...dependencies.split(/[ \t]+/).filter((word) => word !== '')];
    }
    return true;
  }

  *#lines(path: string, count: number, least: number): Generator<readonly string[]> {
    const contents = readByteString(path);
    if (contents !== undefined) yield* busyboxConfigLines(contents, count, least, this.#report);
  }
}
