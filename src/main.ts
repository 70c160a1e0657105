import type { Applet } from './applets/applet.ts';
import { globalOptions } from './applets/command-line/global-options.ts';
import { type GlobalWords, type ProgramWords, readGlobalWords } from './applets/command-line/global-words.ts';
import { InputError } from './applets/command-line/input-error.ts';
import { reportError } from './applets/output/error-border.ts';
import { APPLETS } from './applets/table.ts';
import type { Host } from './host/host.ts';

export { processHost } from './host/host.ts';

/** What the bundle exports. */
export type Program = typeof import('./main.ts');

/** Runs one command: `insmod …` by the program's own name, else `kobox [options] insmod …`. Its exit status. */
export async function main(host: Host): Promise<number> {
  try {
    if (Object.hasOwn(APPLETS, host.programName)) return await runApplet(host, host.programName, host.words, {});
    return await runProgram(host);
  } catch (error) {
    return reportError(error, host.programName, host.stderr);
  }
}

async function runProgram(host: Host): Promise<number> {
  const read = readGlobalWords(host.words) ?? (await readWithHelp(host));
  if ('status' in read) return read.status;
  const [name = '', ...argv] = read.rest;
  return runApplet(host, name, argv, read.global);
}

async function readWithHelp({ words, stdout, stderr }: Host): Promise<ProgramWords | { readonly status: number }> {
  const { parseProgram } = await import('./applets/command-line/program.ts');
  return parseProgram(words, stdout, stderr);
}

async function runApplet(host: Host, name: string, argv: readonly string[], global: GlobalWords): Promise<number> {
  const { env, cwd, stdin, stdout, stderr } = host;
  let applet: Applet | undefined;
  try {
    applet = await loadApplet(name);
    const options = globalOptions(global, env, cwd);
    const calledAs = host.programName === name ? name : `/sbin/${name}`;
    return await applet.run({ name, calledAs, argv, env, cwd, stdin, stdout, stderr, options });
  } catch (error) {
    return reportError(error, name, stderr, applet?.failure);
  }
}

async function loadApplet(name: string): Promise<Applet> {
  if (!Object.hasOwn(APPLETS, name)) throw new InputError("applet not found; see 'kobox --help'");
  return APPLETS[name]!.load();
}
