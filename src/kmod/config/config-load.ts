import { readByteString } from '../files.ts';
import type { LibraryLog } from '../library-log.ts';
import { emptyConfig, type ModprobeConfig } from './config.ts';
import { configFiles, readConfigFile } from './config-files.ts';
import { parseKernelCommandLine } from './config-kernel-command-line.ts';
import { parseConfig } from './config-parse.ts';

/** Where the configuration of modprobe is read from. Byte-string paths. */
export interface ConfigSources {
  /** Directories or files, in order of rank. */
  readonly paths: readonly string[];
  /** The version directory, whose `modules.softdep` and `modules.weakdep` belong to the configuration. */
  readonly moduleDirectory: string;
  /** `/proc/cmdline`. */
  readonly commandLine: string;
}

/** Reads the whole configuration (kmod: `kmod_config_new`). Nothing that is wrong in it stops it. */
export function loadConfig(sources: ConfigSources, log: LibraryLog): ModprobeConfig {
  const config = emptyConfig();
  const own = ['modules.softdep', 'modules.weakdep'].map((name) => ({
    path: `${sources.moduleDirectory}/${name}`,
    name,
  }));
  for (const file of configFiles(sources.paths, log, own)) {
    const text = readConfigFile(file, log);
    if (text !== undefined) parseConfig(config, text, file.path, log);
  }
  parseKernelCommandLine(config, readByteString(sources.commandLine) ?? '', log);
  return config;
}
