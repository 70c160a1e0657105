import { Command, CommanderError } from 'commander';
import packageFile from '../../../package.json' with { type: 'json' };
import type { Output } from '../../host/output.ts';
import { APPLETS } from '../table.ts';
import { GLOBAL_OPTIONS, type ProgramWords } from './global-words.ts';

/** Reads the options before the applet's name; answers `--help`, `--version` and mistakes itself, with an exit status. */
export function parseProgram(
  words: readonly string[],
  stdout: Output,
  stderr: Output,
): ProgramWords | { readonly status: number } {
  const program = describe(stdout, stderr);
  try {
    program.parse(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') stdout.write(`\nApplets:\n${appletList()}\n`);
    return { status: error.exitCode };
  }
  if (program.args.length > 0) return { global: program.opts(), rest: program.args };
  stderr.write(program.helpInformation());
  return { status: 1 };
}

function describe(stdout: Output, stderr: Output): Command {
  const program = new Command('kobox').description(packageFile.description).usage('[options] APPLET [argument...]');
  for (const { flags, description } of GLOBAL_OPTIONS) program.option(flags, description);
  return program
    .version(packageFile.version, '--version', 'show the version')
    .helpOption('--help', 'show this help')
    .passThroughOptions()
    .argument('[applet]')
    .argument('[argument...]')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      outputError: (text) => stderr.write(`kobox: ${text.replace(/^error: /, '').trimEnd()}; see 'kobox --help'\n`),
    });
}

function appletList(): string {
  const rows = Object.entries(APPLETS);
  return rows.map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}\n`).join('');
}
