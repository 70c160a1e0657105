import { Command, CommanderError } from 'commander';
import packageFile from '../../package.json' with { type: 'json' };
import type { Output } from './applet.ts';
import type { GlobalWords } from './global-options.ts';
import { APPLETS } from './table.ts';

/** What stood before the applet's name, and what follows. `status`: all is said, the program ends. */
export type ProgramWords =
  | { readonly global: GlobalWords; readonly rest: readonly string[] }
  | { readonly status: number };

/** Reads the options before the applet's name; answers `--help` and `--version` itself. */
export function parseProgram(words: readonly string[], stdout: Output, stderr: Output): ProgramWords {
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
  return new Command('kobox')
    .description(packageFile.description)
    .usage('[options] APPLET [argument...]')
    .option('--root <dir>', 'the machine: its state root (KOBOX_ROOT, else ~/.local/state/kobox)')
    .option('--style <style>', 'whose words and habits: busybox or kmod (KOBOX_STYLE)')
    .option('--uid <number>', 'act as this user: only 0 may load and unload')
    .option('--init <how>', "run or skip the modules' own code (KOBOX_INIT)")
    .option('--budget <number>', 'instructions that modules may run in one command (KOBOX_BUDGET, else 500000000)')
    .option('--strict', 'a call of a kernel function that is not modelled is an error (KOBOX_STRICT=1)')
    .option('--allow-commands', 'let install and remove lines run commands on this host (KOBOX_ALLOW_COMMANDS=1)')
    .version(packageFile.version, '--version', 'show the version')
    .helpOption('--help', 'show this help')
    .passThroughOptions()
    .argument('[applet]')
    .argument('[argument...]')
    .exitOverride()
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) });
}

function appletList(): string {
  const rows = Object.entries(APPLETS);
  return rows.map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}\n`).join('');
}
