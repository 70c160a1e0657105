import type { Applet, AppletContext, Style } from './applet.ts';
import { jsonListing, loadedModules, type ModuleLine, procReader } from './machine/module-list.ts';
import { writeByteString } from './output/byte-string.ts';

/** busybox: modutils/lsmod.c; kmod: tools/lsmod.c. */
export const lsmod: Applet = {
  name: 'lsmod',
  async run(context) {
    const style = context.options.style ?? 'busybox';
    const read = await procReader(context.options.root);
    const modules = loadedModules(read);
    if (context.argv.length === 1 && context.argv[0] === '--json') {
      writeByteString(context.stdout, jsonListing(modules));
      return 0;
    }
    const refused = await refuseWords(context, style);
    if (refused !== undefined) return refused;
    const tainted = Number(read('proc/sys/kernel/tainted') ?? 0);
    const listing = style === 'kmod' ? await listAsKmod(context, modules) : busyboxListing(context, modules, tainted);
    writeByteString(context.stdout, listing);
    return 0;
  },
};

/** lsmod takes no operands: kmod's refuses all words, busybox's looks at options only. */
async function refuseWords(context: AppletContext, style: Style): Promise<number | undefined> {
  if (style === 'kmod') {
    if (context.argv.length === 0) return undefined;
    context.stderr.write(`Usage: ${context.calledAs}\n`);
    return 1;
  }
  if (!context.argv.includes('--help')) return undefined;
  context.stderr.write((await import('./command-line/busybox-usage.ts')).BUSYBOX_USAGE.lsmod);
  return 0;
}

async function listAsKmod(context: AppletContext, modules: readonly ModuleLine[]): Promise<string> {
  return (await import('./machine/kmod-listing.ts')).kmodListing(context, modules);
}

function busyboxListing(context: AppletContext, modules: readonly ModuleLine[], tainted: number): string {
  const { env, stderr } = context;
  const printable = isUnicode(env) ? (name: string) => name : (name: string) => name.replace(/[^ -~]/g, '?');
  const head = `${'Module'.padEnd(24)}Size  Used by${taintWords(tainted)}\n`;
  return modules.reduce((text, { name, size, references, usedBy }, at) => {
    const row = `${printable(name).padEnd(19)} ${size.padStart(8)} ${references.padStart(2)} ${usedBy.slice(0, -1)}\n`;
    if (size !== '') return text + row;
    stderr.write(`lsmod: bad line ${at + 1}: 1 tokens found, 4 needed\n`);
    return text;
  }, head);
}

/** busybox: `init_unicode`. Elsewhere `unicode_conv_to_printable` lets ASCII through. */
function isUnicode(env: AppletContext['env']): boolean {
  return /\.utf-?8/i.test(env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '');
}

/** busybox: `check_tainted`. It knows three of the flags. */
function taintWords(tainted: number): string {
  if (tainted === 0) return '    Not tainted';
  return `    Tainted: ${tainted & 1 ? 'P' : 'G'}${tainted & 2 ? 'F' : ' '}${tainted & 4 ? 'S' : ' '}`;
}
