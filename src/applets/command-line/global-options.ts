import { resolve } from 'node:path';
import type { GlobalOptions } from '../applet.ts';
import type { GlobalWords } from './global-words.ts';
import { InputError } from './input-error.ts';

/** Where the state root is when nobody says: below the home directory. */
const DEFAULT_ROOT = '.local/state/kobox';
/** What stands for bytes that are not UTF-8: in words (host-text.ts), and in the environment as Node has it. */
const UNDECODED = /[\udc80-\udcff\ufffd]/u;

/** The options for an applet: from the command line, else from the environment. Raises InputError for a value that is none. */
export function globalOptions(
  words: GlobalWords,
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): GlobalOptions {
  const limit = instructionBudget(words.budget ?? env['KOBOX_BUDGET']);
  const given = words.root ?? env['KOBOX_ROOT'];
  return {
    root: decoded(given ? resolve(cwd, given) : resolve(cwd, env['HOME'] || homeDirectory(), DEFAULT_ROOT)),
    style: oneOf('--style', words.style ?? env['KOBOX_STYLE'], ['busybox', 'kmod']),
    uid: userId(words.uid),
    init: oneOf('--init', words.init ?? env['KOBOX_INIT'], ['run', 'skip']) ?? 'run',
    ...(limit !== undefined && { budget: limit }),
    strict: words.strict ?? env['KOBOX_STRICT'] === '1',
    allowCommands: words.allowCommands ?? env['KOBOX_ALLOW_COMMANDS'] === '1',
  };
}

/** The user's home directory where HOME says nothing. node:os is loaded when it is used. */
function homeDirectory(): string {
  try {
    return process.getBuiltinModule('node:os').userInfo().homedir;
  } catch {
    throw new InputError('no home directory to keep the machine in; choose one with --root or KOBOX_ROOT');
  }
}

/** Most of what is done in a state root is done through names that Node has decoded. */
function decoded(root: string): string {
  if (UNDECODED.test(root)) throw new InputError(`--root: '${root}' is not UTF-8`);
  return root;
}

function oneOf<T extends string>(option: string, word: string | undefined, choices: readonly T[]): T | undefined {
  if (word === undefined || word === '') return undefined;
  const choice = choices.find((name) => name === word);
  if (choice === undefined) throw new InputError(`${option}: '${word}' is neither ${choices.join(' nor ')}`);
  return choice;
}

function instructionBudget(word: string | undefined): number | undefined {
  if (word === undefined || word === '') return undefined;
  if (!/^[1-9]\d{0,14}$/.test(word)) throw new InputError(`--budget: '${word}' is not a number of instructions`);
  return Number(word);
}

function userId(word: string | undefined): number {
  if (word === undefined) return 0;
  if (!/^\d{1,10}$/.test(word)) throw new InputError(`--uid: '${word}' is not a number`);
  return Number(word);
}
