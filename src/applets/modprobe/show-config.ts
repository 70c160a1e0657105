import { type ModprobeConfig, softdepText } from '../../kmod/config/config.ts';
import type { KmodContext } from '../../kmod/kmod-module.ts';
import type { BufferedOutput } from '../output/buffered-output.ts';

/** The configuration by directive, each line's words behind the directive; in kmod's order, our own at the end. */
function configLines(config: ModprobeConfig): [directive: string, lines: string[]][] {
  const texts = (list: readonly { module: string; text: string }[]) =>
    list.map(({ module, text }) => `${module} ${text}`);
  return [
    ['blacklist', config.blacklist],
    ['install', texts(config.install)],
    ['remove', texts(config.remove)],
    ['alias', config.aliases.map(({ pattern, module }) => `${pattern} ${module}`)],
    ['options', texts(config.options)],
    ['softdep', config.softdeps.map((softdep) => `${softdep.module} ${softdepText(softdep)}`)],
    ['weakdep', config.weakdeps.map(({ module, weak }) => `${module} ${weak.join(' ')}`)],
    ['mask', config.masks.map(({ module }) => module)],
  ];
}

/** `modprobe -c`: the configuration, then the alias and symbol indexes (kmod: `show_config`). */
export function showConfig(context: KmodContext, stdout: BufferedOutput): void {
  for (const [directive, lines] of configLines(context.config)) {
    for (const line of lines) stdout.print(`${directive} ${line}\n`);
  }
  stdout.print('\n# End of configuration files. Dumping indexes now:\n\n');
  for (const name of ['aliases', 'symbols'] as const) {
    for (const [key, value] of context.tree.index(name)?.dump() ?? []) stdout.print(`alias ${key} ${value}\n`);
  }
}

/** `modprobe -c --json`: the configuration as it was understood, and both indexes as pairs. */
export function showConfigJson(context: KmodContext, stdout: BufferedOutput): void {
  const index = (name: 'aliases' | 'symbols') => [...(context.tree.index(name)?.dump() ?? [])];
  const everything = { config: context.config, aliases: index('aliases'), symbols: index('symbols') };
  stdout.print(`${JSON.stringify(everything, undefined, 2)}\n`);
}
