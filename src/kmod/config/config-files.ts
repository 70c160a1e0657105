import { namesIn, readByteString, statOf } from '../files.ts';
import type { LibraryLog } from '../library-log.ts';

/** A configuration file that is to be read: where it is, and the name by which files are sorted. */
export interface ConfigFile {
  readonly path: string;
  readonly name: string;
}

/** Below the root, in order of rank: of two files with one name the first directory's is read. */
const CONFIG_DIRECTORIES = ['/etc', '/run', '/usr/local/lib', '/usr/lib', '/lib'] as const;

/** The five default directories of `modprobe.d` or `depmod.d` below `root` (`` for the machine itself). */
export function defaultConfigPaths(root: string, kind: 'modprobe.d' | 'depmod.d'): string[] {
  return CONFIG_DIRECTORIES.map((directory) => `${root}${directory}/${kind}`);
}

function isConfigName(name: string): boolean {
  return !name.startsWith('.') && name.length >= 6 && name.endsWith('.conf');
}

function filesOf(path: string, log: LibraryLog): ConfigFile[] {
  const stat = statOf(path);
  if (stat === undefined) return [];
  if (!stat.isDirectory()) return [{ path, name: path.slice(path.lastIndexOf('/') + 1) }];
  const names = namesIn(path);
  if (names === undefined) log('conf_files_list', `opendir(${path}): Permission denied`);
  return (names ?? [])
    .filter((name) => isConfigName(name) && !isNestedDirectory(path, name, log))
    .map((name) => ({
      path: `${path}/${name}`,
      name,
    }));
}

function isNestedDirectory(path: string, name: string, log: LibraryLog): boolean {
  const stat = statOf(`${path}/${name}`);
  if (stat?.isDirectory() !== true) return false;
  log('conf_files_filter_out', `Directories inside directories are not supported: ${path}/${name}`);
  return true;
}

/**
 * The configuration files of `paths` (directories or single files), sorted by file name in byte order over all of
 * them; of equal names the first stays (kmod: `conf_files_list`). `first` stand before all, and win equal names.
 */
export function configFiles(
  paths: readonly string[],
  log: LibraryLog,
  first: readonly ConfigFile[] = [],
): ConfigFile[] {
  const byName = new Map<string, ConfigFile>();
  for (const file of [...first, ...paths.flatMap((path) => filesOf(path, log))]) {
    if (!byName.has(file.name)) byName.set(file.name, file);
  }
  return [...byName.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** The text of a configuration file; undefined, after a message when it exists, when it cannot be read. */
export function readConfigFile(file: ConfigFile, log: LibraryLog): string | undefined {
  const text = readByteString(file.path);
  if (text === undefined && statOf(file.path) !== undefined) {
    log('kmod_config_new', `could not read '${file.path}': Permission denied`);
  }
  return text;
}
