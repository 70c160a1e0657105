import { closeSync, type Dirent, openSync, readdirSync, statSync } from 'node:fs';
import { type ErrnoName, errnoNumber, strerror } from '../../abi/errno.ts';
import { S_IFMT } from '../../abi/file-mode.ts';
import { moduleNameOfPath } from '../underscores.ts';
import type { DepmodConfig } from './depmod-config.ts';
import type { DepmodLog } from './depmod-log.ts';
import { compareFiles, type ModuleFile } from './module-priority.ts';

/** A file that lost against another of the same module name. */
interface ShadowedFile {
  readonly file: ModuleFile;
  readonly winner: ModuleFile;
  readonly rule: string;
}

/** The modules of a tree, by name in the order found, and what they shadow. */
export interface FoundModules {
  readonly byName: Map<string, ModuleFile>;
  readonly shadowed: ShadowedFile[];
}

const EXTENSION = /\.ko(\.gz|\.xz|\.zst)?$/;
const NEVER_ENTERED = ['build', 'source'];
/** The file descriptor that kmod's own directory stream would have: its messages name it. */
const FIRST_DESCRIPTOR = 3;

/**
 * The paths of all module files below the version directory and in the external directories. Directories are read in
 * byte order of names, so that ties do not depend on the file system (kmod takes readdir's order); one that contains
 * itself through a symlink is entered once. Source: tools/depmod.c, `depmod_modules_search`.
 */
export function searchModules(directory: string, config: DepmodConfig, log: DepmodLog): string[] | ErrnoName {
  const search = new Search(config, log);
  const error = search.enterTop(directory);
  if (error !== undefined) return error;
  for (const external of config.externals) search.enterTop(external);
  return search.paths;
}

/** Where a tree of modules stands. */
export interface TreePlace {
  /** The version directory. */
  readonly directory: string;
  /** What absolute paths in depmod.d and in the outputs begin at: the machine; empty: this host's root. */
  readonly root: string;
}

/** Of several files with one module name, the one that the configuration prefers. */
export function chooseModules(
  paths: readonly string[],
  { directory, root }: TreePlace,
  config: DepmodConfig,
): FoundModules {
  const [directorySlash, rootSlash] = [`${directory}/`, `${root}/`];
  const byName = new Map<string, ModuleFile>();
  const shadowed: ShadowedFile[] = [];
  for (let place = 0; place < paths.length; place++) {
    const file = moduleFile(paths[place]!, place, directorySlash, rootSlash);
    const old = byName.get(file.name);
    if (old === undefined) {
      byName.set(file.name, file);
      continue;
    }
    const { newWins, rule } = compareFiles(config, old, file);
    if (newWins) byName.set(file.name, file);
    shadowed.push(newWins ? { file: old, winner: file, rule } : { file, winner: old, rule });
  }
  return { byName, shadowed };
}

/** A module by its absolute path. */
function moduleFile(path: string, place: number, directorySlash: string, rootSlash: string): ModuleFile {
  const relativePath = path.startsWith(directorySlash) ? path.slice(directorySlash.length) : undefined;
  const pathInRoot = path.startsWith(rootSlash) ? path.slice(rootSlash.length - 1) : path;
  return { name: moduleNameOfPath(path), path, place, relativePath, listedPath: relativePath ?? pathInRoot };
}

class Search {
  readonly paths: string[] = [];
  readonly #config: DepmodConfig;
  readonly #log: DepmodLog;
  /** Device and inode of the directories above, kept from the first symlink on. */
  readonly #above: string[] = [];

  constructor(config: DepmodConfig, log: DepmodLog) {
    this.#config = config;
    this.#log = log;
  }

  enterTop(path: string): ErrnoName | undefined {
    const entries = entriesOf(path);
    if (typeof entries === 'string') {
      this.#log.error(`could not open directory ${path}: ${strerror(errnoNumber(entries))}`);
      return entries;
    }
    this.#directory(path, entries, FIRST_DESCRIPTOR);
    return undefined;
  }

  #directory(path: string, entries: readonly Dirent[], descriptor: number): void {
    for (const entry of entries) {
      const { name } = entry;
      if (NEVER_ENTERED.includes(name) || this.#config.excludes.includes(name)) continue;
      if (entry.isFile()) this.#file(path, name);
      else if (entry.isDirectory()) this.#subdirectory(path, name, descriptor);
      else this.#other(path, name, descriptor);
    }
  }

  /** A symlink, or something that is neither file nor directory. */
  #other(path: string, name: string, descriptor: number): void {
    const place = `${path}/${name}`;
    const stat = statSync(hostName(place), { throwIfNoEntry: false });
    if (stat === undefined) {
      this.#log.error(`fstatat(${descriptor}, ${name}): No such file or directory`);
    } else if (stat.isFile()) this.#file(path, name);
    else if (!stat.isDirectory()) {
      this.#log.error(`unsupported file type ${place}: ${(stat.mode & S_IFMT).toString(8)}`);
    } else this.#linkedDirectory(path, name, descriptor, `${stat.dev}:${stat.ino}`);
  }

  #linkedDirectory(path: string, name: string, descriptor: number, identity: string): void {
    if (this.#above.includes(identity) || isAbove(path, identity)) return;
    this.#above.push(identity);
    this.#subdirectory(path, name, descriptor);
    this.#above.pop();
  }

  #subdirectory(path: string, name: string, descriptor: number): void {
    const entries = entriesOf(`${path}/${name}`);
    if (typeof entries !== 'string') this.#directory(`${path}/${name}`, entries, descriptor + 1);
    else this.#log.error(`openat(${descriptor}, ${name}, O_RDONLY): ${strerror(errnoNumber(entries))}`);
  }

  #file(directory: string, name: string): void {
    if (EXTENSION.test(name) && !name.startsWith('.')) this.paths.push(`${directory}/${name}`);
  }
}

function isAbove(path: string, identity: string): boolean {
  for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const stat = statSync(hostName(at), { throwIfNoEntry: false });
    if (stat !== undefined && `${stat.dev}:${stat.ino}` === identity) return true;
  }
  return false;
}

/** A directory's entries in byte order of their names; the errno's name when it cannot be read. */
function entriesOf(path: string): Dirent[] | ErrnoName {
  try {
    const entries = readdirSync(hostName(path), { encoding: 'latin1', withFileTypes: true });
    return entries.sort((one, other) => (one.name < other.name ? -1 : 1));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code as ErrnoName;
  }
}

/** A byte string as a path for node:fs; plain ASCII goes as it is. */
export function hostName(path: string): string | Buffer {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what is meant
  return /^[\x00-\x7f]*$/.test(path) ? path : Buffer.from(path, 'latin1');
}

/** Opens a module for reading; the errno's name when that fails. */
export function openModule(path: string): number | ErrnoName {
  try {
    return openSync(hostName(path), 'r');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code as ErrnoName;
  }
}

export { closeSync as closeModule };
