import { readByteString } from '../host/read-file.ts';
import { kernfsOrder } from '../kmod/kernfs-order.ts';
import type { Applet, AppletContext, Style } from './applet.ts';
import { BUSYBOX_USAGE } from './busybox-usage.ts';
import { writeByteString } from './byte-string.ts';

/** One line of /proc/modules, as far as lsmod shows it. */
interface ModuleLine {
  readonly name: string;
  readonly size: string;
  readonly references: string;
  /** As the kernel lists them, newest user first. */
  readonly users: readonly string[];
}

/** How each style shows the list. */
const LISTINGS: Readonly<Record<Style, (context: AppletContext, modules: readonly ModuleLine[]) => string>> = {
  busybox: busyboxListing,
  kmod: kmodListing,
};

/** busybox: modutils/lsmod.c; kmod: tools/lsmod.c. */
export const lsmod: Applet = {
  name: 'lsmod',
  summary: 'show what is loaded, as /proc/modules has it',
  run(context) {
    const style = context.options.style ?? 'busybox';
    const refused = refuseWords(context, style);
    if (refused !== undefined) return refused;
    const modules = parseModules(readByteString(`${context.options.root}/proc/modules`) ?? '');
    writeByteString(context.stdout, LISTINGS[style](context, modules));
    return 0;
  },
};

/** lsmod takes no operands: kmod's refuses all words, busybox's looks at options only. */
function refuseWords(context: AppletContext, style: Style): number | undefined {
  if (style === 'kmod') {
    if (context.argv.length === 0) return undefined;
    context.stderr.write('Usage: /sbin/lsmod\n');
    return 1;
  }
  if (!context.argv.includes('--help')) return undefined;
  context.stderr.write(BUSYBOX_USAGE.lsmod);
  return 0;
}

function parseModules(text: string): ModuleLine[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', size = '', references = '', users = '-'] = line.split(' ');
      return { name, size, references, users: users.split(',').filter((user) => user !== '' && user !== '-') };
    });
}

function busyboxListing(context: AppletContext, modules: readonly ModuleLine[]): string {
  const tainted = Number(readByteString(`${context.options.root}/proc/sys/kernel/tainted`) ?? 0);
  const head = `${'Module'.padEnd(24)}Size  Used by${taintWords(tainted)}\n`;
  return modules.reduce(
    (text, { name, size, references, users }) =>
      `${text}${name.padEnd(19)} ${size.padStart(8)} ${references.padStart(2)} ${users.join(',')}\n`,
    head,
  );
}

/** busybox: `check_tainted`. It knows three of the flags. */
function taintWords(tainted: number): string {
  if (tainted === 0) return '    Not tainted';
  return `    Tainted: ${tainted & 1 ? 'P' : 'G'}${tainted & 2 ? 'F' : ' '}${tainted & 4 ? 'S' : ' '}`;
}

function kmodListing(_context: AppletContext, modules: readonly ModuleLine[]): string {
  const head = `${'Module'.padEnd(24)}Size  Used by\n`;
  return modules.reduce((text, { name, size, references, users }) => {
    const holders = kernfsOrder(users.filter((user) => user !== '[permanent]')).join(',');
    return `${text}${name.padEnd(19)} ${size.padStart(8)}  ${references}${holders && ` ${holders}`}\n`;
  }, head);
}
