import type { Kernel } from '../kernel.ts';
import { isVersionWithin } from '../kernel-version.ts';
import { subsystem } from '../subsystem.ts';
import { KERN, printk } from './printk.ts';

/** A `pr_debug` of the kernel's own: function, line and format; kernel/module/main.c unless it says otherwise. */
type LoaderSite = readonly [func: string, line: number, format: string, file?: 'kallsyms'];

/** The loader's own debug messages, as Linux 6.1 has them. */
const SITES = {
  symbolNotFound: ['find_symbol', 334, 'Failed to find symbol %s\n'],
  uses: ['already_uses', 565, '%s uses %s!\n'],
  usesNot: ['already_uses', 569, '%s does not use %s!\n'],
  newUse: ['add_module_usage', 584, 'Allocating new usage for %s.\n'],
  unusing: ['module_unload_free', 625, '%s unusing %s\n'],
  dying: ['__do_sys_delete_module', 733, '%s already dying\n'],
  common: ['simplify_symbols', 1310, 'Common symbol: %s\n'],
  absolute: ['simplify_symbols', 1318, 'Absolute symbol: 0x%08lx\n'],
  core: ['layout_sections', 1455, 'Core section allocation order:\n'],
  coreSection: ['layout_sections', 1469, '\t%s\n'],
  init: ['layout_sections', 1490, 'Init section allocation order:\n'],
  initSection: ['layout_sections', 1503, '\t%s\n'],
  symbolSection: ['layout_symtab', 121, '\t%s\n', 'kallsyms'],
  stringSection: ['layout_symtab', 149, '\t%s\n', 'kallsyms'],
  final: ['move_module', 2190, 'final section addresses:\n'],
  finalSection: ['move_module', 2210, '\t0x%lx %s\n'],
  initModule: ['__do_sys_init_module', 2944, 'init_module: umod=%p, len=%lu, uargs=%p\n'],
  finitModule: ['__do_sys_finit_module', 2965, 'finit_module: fd=%d, uargs=%p, flags=%i\n'],
} as const satisfies Readonly<Record<string, LoaderSite>>;

/** One of the loader's debug messages. */
export type LoaderMessage = keyof typeof SITES;

const NAME = 'loader debug';
/** The flags of the messages that were switched on. */
const state = subsystem<Partial<Record<LoaderMessage, number>>>(NAME, () => ({}));
const FLAG = { PRINT: 1, MODNAME: 2, FUNCNAME: 4, LINENO: 8, TID: 16 } as const;

/** What a query of dynamic debug is compared with. */
export interface DebugPlace {
  readonly module: string;
  readonly func: string;
  readonly file: string;
  readonly format: string;
  readonly line: number;
}

function placeOf(site: LoaderSite): DebugPlace {
  const [func, line, format, name = 'main'] = site;
  return { module: name, func, file: `kernel/module/${name}.c`, format, line };
}

/** `ddebug_change` for the loader's own messages: those that fit get the flags that `change` makes of theirs. */
export function changeLoaderDebug(
  kernel: Kernel,
  fits: (place: DebugPlace) => boolean,
  change: (flags: number) => number,
): void {
  if (!isVersionWithin(kernel, [6, 1], [6, 4])) return;
  for (const [name, site] of Object.entries(SITES) as [LoaderMessage, LoaderSite][]) {
    if (!fits(placeOf(site))) continue;
    const flags = state(kernel);
    flags[name] = change(flags[name] ?? 0);
  }
}

/** `pr_debug` of the loader: nothing unless dynamic debug switched it on. `text` is asked for only then. */
export function loaderDebug(kernel: Kernel, message: LoaderMessage, text: () => string): void {
  if (kernel.subsystems[NAME] === undefined) return;
  const flags = state(kernel)[message] ?? 0;
  if (flags & FLAG.PRINT) printk(kernel, KERN.DEBUG, `${prefix(kernel, placeOf(SITES[message]), flags)}${text()}`);
}

/** `__dynamic_emit_prefix`. */
function prefix(kernel: Kernel, { module, func, line }: DebugPlace, flags: number): string {
  const where =
    (flags & FLAG.MODNAME ? `${module}:` : '') +
    (flags & FLAG.FUNCNAME ? `${func}:` : '') +
    (flags & FLAG.LINENO ? `${line}:` : '');
  return `${flags & FLAG.TID ? `[${kernel.current.pid}] ` : ''}${where}${where === '' ? '' : ' '}`;
}
