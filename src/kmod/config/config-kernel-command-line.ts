import type { LibraryLog } from '../library-log.ts';
import { underscores } from '../underscores.ts';
import type { ModprobeConfig } from './config.ts';

/** kmod reads no more of /proc/cmdline. */
const LIMIT = 32 * 1024 - 1;

const SEPARATOR = /[ \n\t\v\f\r]/;

type State = 'IGNORE' | 'MODULE' | 'PARAMETER' | 'VALUE';

/** One word of the command line as far as it has been read; positions in the text, -1: not there yet. */
interface Word {
  state: State;
  /** Where the module's name starts. */
  start: number;
  dot: number;
  equals: number;
  /** A quote stood before the module's name. */
  quoted: boolean;
}

const newWord = (start: number): Word => ({ state: 'MODULE', start, dot: -1, equals: -1, quoted: false });

/**
 * Adds what the kernel command line says about modules: `module.parameter[=value]` is an option, and
 * `modprobe.blacklist=a,b` a blacklist (kmod: `kmod_config_parse_kcmdline`). Blanks may stand in a quoted value only;
 * a second dot before `=` voids the word; `"module.parameter=a b"` becomes `parameter="a b"`.
 */
export function parseKernelCommandLine(config: ModprobeConfig, commandLine: string, log: LibraryLog): void {
  const text = `${commandLine.slice(0, LIMIT).split('\0')[0]}\0`;
  let word = newWord(0);
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (char === '"') {
      isQuoted = !isQuoted;
      onQuote(word, at, isQuoted);
    } else if (char === '\0' || SEPARATOR.test(char)) {
      if (isQuoted) {
        if (word.state !== 'VALUE') word.state = 'IGNORE';
      } else {
        if (word.state === 'VALUE' || word.state === 'PARAMETER') addWord(config, text, word, at, log);
        word = newWord(at + 1);
      }
    } else onOther(word, char, at);
  }
}

function onQuote(word: Word, at: number, opens: boolean): void {
  if (opens && word.state === 'MODULE' && at === word.start) {
    word.quoted = true;
    word.start = at + 1;
  } else if (word.state !== 'VALUE') {
    word.state = 'IGNORE';
  }
}

function onOther(word: Word, char: string, at: number): void {
  if (char === '.' && word.state === 'MODULE') {
    word.dot = at;
    word.state = 'PARAMETER';
  } else if (char === '.' && word.state === 'PARAMETER') {
    word.state = 'IGNORE';
  } else if (char === '=' && word.state === 'PARAMETER') {
    word.equals = at;
    word.state = 'VALUE';
  } else if (char === '=' && word.state === 'MODULE') {
    word.state = 'IGNORE';
  }
}

function addWord(config: ModprobeConfig, text: string, word: Word, end: number, log: LibraryLog): void {
  const module = text.slice(word.start, word.dot);
  const parameter = text.slice(word.dot + 1, end);
  const value = word.equals < 0 ? undefined : text.slice(word.equals + 1, end);
  if (module === 'modprobe' && parameter.startsWith('blacklist=')) {
    config.blacklist.push(...value!.split(','));
    return;
  }
  const name = underscores(module);
  if (name === undefined) {
    log('kcmdline_parse_result', `Ignoring bad option on kernel command line while parsing module name: '${module}'`);
  } else {
    const isWrapped = word.quoted && value !== undefined;
    config.options.push({ module: name, text: isWrapped ? requote(parameter, value) : parameter });
  }
}

/** `"module.parameter=a b"`: the opening quote moves behind the `=`. */
function requote(parameter: string, value: string): string {
  return `${parameter.slice(0, parameter.length - value.length)}"${value}`;
}
