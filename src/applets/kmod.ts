import type { Applet, AppletContext } from './applet.ts';
import { flag, getoptLong, type OptionTable } from './command-line/getopt-long.ts';
import { loadedModules, procReader } from './machine/module-list.ts';
import { writeByteString } from './output/byte-string.ts';
import { KMOD_VERSION } from './output/kmod-version.ts';

/** A command of kmod, with the words behind its name: its exit status. */
interface Command {
  readonly summary: string;
  run(context: AppletContext, words: readonly string[]): Promise<number> | number;
}

const OPTIONS: OptionTable = {
  short: '+hV',
  long: [flag('help', 'h'), flag('version', 'V')],
};

const COMMANDS: Readonly<Record<string, Command>> = {
  help: { summary: 'show this help', run: help },
  list: {
    summary: 'list the loaded modules',
    async run(context) {
      const modules = loadedModules(await procReader(context.options.root));
      const { kmodListing } = await import('./machine/kmod-listing.ts');
      writeByteString(context.stdout, kmodListing(context, modules));
      return 0;
    },
  },
  'static-nodes': {
    summary: 'list the device nodes whose modules are loaded on demand',
    run: async (context, words) => (await import('./kmod/static-nodes.ts')).staticNodes(context, words),
  },
};

/** kmod's own commands: tools/kmod.c; kmod(8). */
export const kmod: Applet = {
  name: 'kmod',
  run(context) {
    const { options, operands } = getoptLong(context.argv, OPTIONS);
    const [option] = options;
    if (option !== undefined) return answerOption(context, option);
    const [name, ...words] = operands;
    const command = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command !== undefined) return command.run(context, words);
    context.stderr.write(name === undefined ? 'missing command\n' : `invalid command '${name}'\n`);
    help(context);
    return 1;
  },
};

function answerOption(context: AppletContext, option: { readonly id: string; readonly message?: string }): number {
  if (option.message !== undefined) {
    context.stderr.write(`kmod: ${option.message}\n`);
    return 1;
  }
  if (option.id === 'V') context.stdout.write(KMOD_VERSION);
  else help(context);
  return 0;
}

function help(context: AppletContext): number {
  const rows = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(12)} ${summary}\n`);
  context.stdout.write(`Usage:
	kmod [options] command [command_options]

Options:
	-V, --version     show the version
	-h, --help        show this help

Commands:
${rows.join('')}
Examples:
  kmod list
  kmod static-nodes --format=tmpfiles
`);
  return 0;
}
