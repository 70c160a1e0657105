import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { KoboxResult } from '../support/run-kobox.ts';
import { fileHolder, userTest } from './user-test.ts';

/** Where a line's commands run. */
export interface ShellPlace {
  readonly root: string;
  /** Where the module files are. */
  readonly cwd: string;
  /** Runs `kobox WORDS…`. */
  readonly kobox: (words: readonly string[], stdin?: string) => Promise<KoboxResult>;
}

/** What a simple command is given. */
interface Call extends ShellPlace {
  readonly words: readonly string[];
  readonly stdin: string;
}

type Program = (call: Call) => Promise<KoboxResult> | KoboxResult;

const said = (stdout: string, exit = 0): KoboxResult => ({ stdout, stderr: '', exit });
const lines = (text: string): string[] => text.split('\n').slice(0, -1);
const shown = (all: readonly string[]): string => all.map((line) => `${line}\n`).join('');
const style = (name: 'kmod' | 'busybox'): Program => {
  return ({ words: [program = '', ...words], kobox }) =>
    kobox(['--style', name, program.replace('/sbin/', ''), ...words]);
};

/** busybox's programs, and kmod's in /sbin. */
const PROGRAMS: Readonly<Record<string, Program>> = {
  cat: ({ words, kobox }) => kobox(words),
  lsmod: style('busybox'),
  mknod: ({ words, kobox }) => kobox(words),
  ls: ({ words, kobox }) => kobox(words),
  dmesg: style('busybox'),
  insmod: style('busybox'),
  rmmod: style('busybox'),
  modprobe: style('busybox'),
  '/sbin/insmod': style('kmod'),
  '/sbin/rmmod': style('kmod'),
  true: () => said(''),
  echo: ({ words }) => said(`${words.slice(1).join(' ')}\n`),
  tail: ({ words, stdin }) => said(shown(lines(stdin).slice(Number(words[1])))),
  grep: async ({ words: [, word = '', path], stdin, kobox }) => {
    const text = path === undefined ? stdin : (await kobox(['cat', path])).stdout;
    const found = lines(text).filter((line) => line.includes(word));
    return said(shown(found), found.length > 0 ? 0 : 1);
  },
  ut: ({ words, root }) => userTest(root, words.slice(1)),
};

/**
 * Runs a line of commands with `;`, `|`, `> FILE`, `for NAME in WORDS; do …; done`, `$NAME`, `${NAME##…}`, `$(…)`,
 * `exec 3<FILE` and `$?`. The exit status is the last command's.
 */
export async function runGuestLine(line: string, place: ShellPlace): Promise<KoboxResult> {
  let total = said('');
  let directory = '';
  const holder = fileHolder(place.root);
  for (const command of unroll(line, place.root).split(/;\s*/)) {
    if (command.trim() === '') continue;
    const [, target] = /^cd (\S+)$/.exec(command.trim()) ?? [];
    const [, held] = /^exec 3<(\S+)$/.exec(command.trim()) ?? [];
    if (target !== undefined) directory = `${target}/`;
    else if (held !== undefined) total = { ...total, exit: await holder.redirect(held) };
    else total = joined(total, await pipeline(command.replaceAll('$?', String(total.exit)), directory, place));
  }
  return total;
}

function joined(first: KoboxResult, second: KoboxResult): KoboxResult {
  return { stdout: first.stdout + second.stdout, stderr: first.stderr + second.stderr, exit: second.exit };
}

/** `for` loops, written out. */
function unroll(line: string, root: string): string {
  return line.replace(/for (\w+) in ([^;]*); do (.*?); done/g, (_, name: string, list: string, body: string) =>
    (list.endsWith('/*')
      ? readdirSync(join(root, list.slice(0, -1))).map((each) => list.slice(0, -1) + each)
      : list.split(' ')
    )
      .map((word) =>
        body.replaceAll(`\${${name}##*/}`, word.slice(word.lastIndexOf('/') + 1)).replaceAll(`$${name}`, word),
      )
      .join('; '),
  );
}

async function pipeline(command: string, directory: string, place: ShellPlace): Promise<KoboxResult> {
  const [body = '', file] = command.split(/ > (?=[^"]*$)/);
  let result = said('');
  for (const part of body.split(' | ')) {
    const words = await expand(part, directory, place);
    const program = PROGRAMS[words[0] ?? ''];
    if (!program) throw new Error(`the behaviour shell has no ${words[0]}`);
    const next = await program({ ...place, words, stdin: result.stdout });
    result = { ...next, stderr: result.stderr + next.stderr };
  }
  if (file === undefined) return result;
  const path = file.startsWith('/') ? file.trim() : directory + file.trim();
  const written = await place.kobox(['write', path], result.stdout);
  return { stdout: '', stderr: written.stderr.replace(/^write: /, 'sh: '), exit: written.exit };
}

async function expand(part: string, directory: string, place: ShellPlace): Promise<string[]> {
  let text = part.trim();
  for (let found = /\$\(cat ([^)]*)\)/.exec(text); found; found = /\$\(cat ([^)]*)\)/.exec(text)) {
    const path = found[1]!.startsWith('/') ? found[1]! : directory + found[1]!;
    const { stdout } = await place.kobox(['cat', path]);
    text = text.replace(found[0], stdout.replace(/\n+$/, ''));
  }
  if (text.startsWith('/sbin/')) return text.split(' ');
  return [...text.matchAll(/(?:[^\s"]|"[^"]*")+/g)].map(([word]) => word.replaceAll('"', ''));
}
