import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { modsys } from './modsys.ts';
import type { KoboxResult } from './run-kobox.ts';

/** What the small shell runs in. Absolute paths of the emulated machine lie below `root`. */
export interface Surroundings {
  readonly root: string;
  readonly cwd: string;
  readonly uid: number;
  readonly kobox: (words: readonly string[]) => Promise<KoboxResult>;
}

/**
 * Runs a line of the recorded cases: commands between `;` and `&&`, words with quotes, and the programs of
 * {@link PROGRAMS}. The exit status is the last command's.
 */
export async function runLine(line: string, around: Surroundings): Promise<KoboxResult> {
  let [stdout, stderr, exit] = ['', '', 0];
  for (const { words, onSuccess } of splitLine(line)) {
    if (onSuccess && exit !== 0) continue;
    const [name = '', ...operands] = words;
    const program = PROGRAMS[name];
    if (program === undefined) throw new Error(`the scenario shell has no ${name}`);
    const result = await program(operands, around);
    stdout += result.stdout;
    stderr += result.stderr;
    exit = result.exit;
  }
  return { stdout, stderr, exit };
}

type Program = (operands: readonly string[], around: Surroundings) => Promise<KoboxResult> | KoboxResult;

const status = (exit: number): KoboxResult => ({ stdout: '', stderr: '', exit });

const PROGRAMS: Readonly<Record<string, Program>> = {
  kobox: (operands, { uid, kobox }) => kobox(uid === 0 ? operands : ['--uid', String(uid), ...operands]),
  modsys: async (words, around) => status(await modsys(words, around)),
  true: () => status(0),
  mkdir: ([path = ''], around) => {
    mkdirSync(place(path, around));
    return status(0);
  },
  '[': ([test, path = ''], around) => {
    const found = place(path, around);
    return status(existsSync(found) && (test !== '-d' || statSync(found).isDirectory()) ? 0 : 1);
  },
  cat: (paths, around) => paths.reduce((sum, path) => joined(sum, catFile(path, around)), status(0)),
};

function catFile(path: string, around: Surroundings): KoboxResult {
  try {
    return { ...status(0), stdout: readFileSync(place(path, around), 'utf8') };
  } catch {
    return { ...status(1), stderr: `cat: can't open '${path}': No such file or directory\n` };
  }
}

function joined(first: KoboxResult, second: KoboxResult): KoboxResult {
  return {
    stdout: first.stdout + second.stdout,
    stderr: first.stderr + second.stderr,
    exit: Math.max(first.exit, second.exit),
  };
}

function place(path: string, { root, cwd }: Surroundings): string {
  return /^\/(?:proc|sys|lib|etc)\b/.test(path) ? join(root, path) : resolve(cwd, path);
}

interface Simple {
  readonly words: readonly string[];
  readonly onSuccess: boolean;
}

const TOKEN = /\s*(?:(;|&&)|((?:[^\s;&'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+))/gsy;

function splitLine(line: string): Simple[] {
  const commands: { words: string[]; onSuccess: boolean }[] = [{ words: [], onSuccess: false }];
  for (const [, separator, word] of line.trim().matchAll(TOKEN)) {
    if (separator !== undefined) commands.push({ words: [], onSuccess: separator === '&&' });
    else commands.at(-1)!.words.push(unquote(word!));
  }
  return commands.filter(({ words }) => words.length > 0);
}

function unquote(word: string): string {
  return word.replace(/'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/gs, (_, single, double, escaped) => {
    return single ?? escaped ?? (double as string).replace(/\\([\\"$`])/g, '$1');
  });
}
