import { runInNewContext } from 'node:vm';
import { type ConfigFile, configFiles } from '../config/config-files.ts';
import { configLines } from '../config/config-lines.ts';
import { readByteString } from '../files.ts';
import type { DepmodLog } from './depmod-log.ts';

/** depmod.d as read; lists are in kmod's order: what was read last stands first. */
export interface DepmodConfig {
  /** Names of `search`: subdirectories, `built-in`, `external`. The later in the list, the higher the priority. */
  searches: string[];
  /** `SUBDIR/MODULE` of `override`. */
  overrides: string[];
  /** Absolute directories of `external`. */
  externals: string[];
  /** Base names of directories that are not entered. */
  excludes: string[];
}

/** One command's words; false: it is a bad line. */
type Command = (config: DepmodConfig, words: readonly string[], context: LineContext) => boolean;

interface LineContext {
  readonly release: string;
  readonly place: string;
  readonly log: DepmodLog;
}

const notImplemented =
  (command: string): Command =>
  (_config, _words, { place, log }) => {
    log.info(`${place}: command ${command} not implemented yet`);
    return true;
  };

const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['search', (config, words) => config.searches.unshift(...words.toReversed()) >= 0],
  ['exclude', (config, words) => config.excludes.unshift(...words.toReversed()) >= 0],
  [
    'override',
    (config, [module, version, subdirectory], { release, place, log }) => {
      if (module === undefined || version === undefined || subdirectory === undefined) return false;
      if (kernelMatches(release, version)) config.overrides.unshift(`${subdirectory}/${module}`);
      else log.info(`${place}: override kernel did not match ${version}`);
      return true;
    },
  ],
  [
    'external',
    (config, [version, directory], { release, place, log }) => {
      if (version === undefined || directory === undefined) return false;
      if (kernelMatches(release, version)) config.externals.unshift(directory);
      else log.info(`${place}: external directory did not match ${version}`);
      return true;
    },
  ],
  ['include', notImplemented('include')],
  ['make_map_files', notImplemented('make_map_files')],
]);

/** An expression may be made so that it never ends: one that has not by then matches nothing. */
const LIMIT = { timeout: 500 };

/** `*`, or a POSIX extended regular expression that need not be anchored. One that is malformed matches nothing. */
function kernelMatches(release: string, pattern: string): boolean {
  if (pattern === '*') return true;
  try {
    const source = pattern.replace(/\[:(\w+):\]/g, (_, name: string) => POSIX_CLASSES.get(name) ?? '');
    return runInNewContext('expression.test(release)', { expression: new RegExp(source, 's'), release }, LIMIT);
  } catch {
    return false;
  }
}

const POSIX_CLASSES = new Map([
  ['alpha', 'A-Za-z'],
  ['digit', '0-9'],
  ['alnum', 'A-Za-z0-9'],
  ['upper', 'A-Z'],
  ['lower', 'a-z'],
  ['space', '\\s'],
  ['xdigit', '0-9A-Fa-f'],
  ['punct', '!-\\/:-@\\[-`{-~'],
]);

/**
 * Reads depmod.d (kmod: `cfg_load`): `paths` are directories or files. Without any `search`, `updates` goes before the
 * rest of the tree.
 */
export function loadDepmodConfig(paths: readonly string[], release: string, log: DepmodLog): DepmodConfig {
  const config: DepmodConfig = { searches: [], overrides: [], externals: [], excludes: [] };
  const files = configFiles(paths, (_place, text) => log.error(text));
  for (const file of files) readFile(config, file, release, log);
  if (config.searches.length === 0) config.searches.push('updates');
  return config;
}

function readFile(config: DepmodConfig, file: ConfigFile, release: string, log: DepmodLog): void {
  const text = readByteString(file.path);
  if (text === undefined) {
    log.error(`file parse ${file.path}: Permission denied`);
    return;
  }
  for (const line of configLines(text)) {
    const [command, ...words] = line.text.split(/[\t ]+/).filter((word) => word !== '');
    if (command === undefined) continue;
    const place = `${file.path}:${line.number}`;
    const isGood = COMMANDS.get(command)?.(config, words, { release, place, log }) ?? false;
    if (!isGood) log.error(`${place}: ignoring bad line starting with '${command}'`);
  }
}
