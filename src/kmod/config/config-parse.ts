import type { LibraryLog } from '../library-log.ts';
import { underscores } from '../underscores.ts';
import type { ConfigPlace, ConfigSoftdep, ModprobeConfig } from './config.ts';
import { configLines, nextWord } from './config-lines.ts';

/** One directive: adds its line to the configuration; false: the line is bad. */
type Directive = (config: ModprobeConfig, module: string, rest: string, place: ConfigPlace) => boolean;

const text =
  (list: 'install' | 'remove'): Directive =>
  (config, module, rest) =>
    rest !== '' && config[list].push({ module, text: rest }) > 0;

const DIRECTIVES: Readonly<Record<string, Directive>> = {
  alias: (config, pattern, rest) => {
    const module = underscores(nextWord(rest).word);
    return module !== undefined && config.aliases.push({ pattern, module }) > 0;
  },
  blacklist: (config, module) => config.blacklist.push(module) > 0,
  options: (config, module, rest) =>
    rest !== '' && config.options.push({ module, text: rest.replaceAll('\t', ' ') }) > 0,
  install: text('install'),
  remove: text('remove'),
  softdep: (config, module, rest) => rest !== '' && config.softdeps.push(parseSoftdep(module, rest)) > 0,
  weakdep: (config, module, rest) => rest !== '' && config.weakdeps.push({ module, weak: dependencyWords(rest) }) > 0,
  mask: (config, module, _rest, place) => config.masks.push({ module, place }) > 0,
};

const DEPRECATED = ['include', 'config'];

/**
 * The words of a soft dependency. As in kmod, a text that starts with exactly one separator keeps it in its first
 * word, which then names nothing.
 */
function dependencyWords(line: string): string[] {
  const words = line.split(/[ \t\n\v\f\r]+/).filter((word) => word !== '');
  const lone = /^([ \t\n\v\f\r])[^ \t\n\v\f\r]/.exec(line);
  if (lone !== null) words[0] = lone[1]! + words[0]!;
  return words;
}

function parseSoftdep(module: string, line: string): ConfigSoftdep {
  const softdep = { module, pre: [] as string[], post: [] as string[] };
  let list: string[] | undefined;
  for (const word of dependencyWords(line)) {
    if (word === 'pre:') list = softdep.pre;
    else if (word === 'post:') list = softdep.post;
    else list?.push(word);
  }
  return softdep;
}

function parseLine(config: ModprobeConfig, line: string, place: ConfigPlace): boolean {
  const { word: command = '', rest } = nextWord(line);
  const directive = Object.hasOwn(DIRECTIVES, command) ? DIRECTIVES[command] : undefined;
  const operand = nextWord(rest);
  const module = underscores(operand.word);
  return directive !== undefined && module !== undefined && directive(config, module, operand.rest, place);
}

/**
 * Adds one modprobe.d file to `config`. A line that is not understood is reported and passed over
 * (modprobe.d(5); kmod: `kmod_config_parse`).
 */
export function parseConfig(config: ModprobeConfig, contents: string, file: string, log: LibraryLog): void {
  for (const { text: line, number } of configLines(contents)) {
    const command = nextWord(line).word;
    if (command === undefined) continue;
    if (DEPRECATED.includes(command)) {
      log('kmod_config_parse_deprecated', `${file}: command ${command} is deprecated and not parsed anymore`);
    } else if (!parseLine(config, line, { file, line: number })) {
      log('kmod_config_parse', `${file} line ${number}: ignoring bad line starting with '${command}'`);
    }
  }
}
