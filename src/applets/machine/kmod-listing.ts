import { errnoNumber, strerror } from '../../abi/errno.ts';
import { namesIn, readByteString } from '../../kmod/files.ts';
import { kernfsOrder } from '../../kmod/kernfs-order.ts';
import { normalizeModuleName } from '../../kmod/underscores.ts';
import { isDrawn } from '../../state/stamp.ts';
import type { AppletContext } from '../applet.ts';
import { toByteString } from '../output/byte-string.ts';
import { KmodLog } from '../output/kmod-log.ts';
import type { ModuleLine } from './module-list.ts';
import { holdersOf } from './module-list.ts';

const NOT_THERE = -errnoNumber('ENOENT');

/** What stands behind a module's name. */
interface Facts {
  readonly size: number | string;
  readonly references: number | string;
  readonly holders: readonly string[];
}

/**
 * The list as kmod's lsmod shows it: names of proc/modules, and what sys/module/ says of each (kmod: tools/lsmod.c). A
 * byte string. A module that sysfs does not know by the name that libkmod makes of it has the error's number for its
 * size and references; a line that is one word ends only behind its line end.
 */
export function kmodListing(context: AppletContext, modules: readonly ModuleLine[]): string {
  const factsOf = isDrawn(context.options.root) ? sysfsFacts(context) : listedFacts;
  const head = `${'Module'.padEnd(24)}Size  Used by\n`;
  return modules.reduce((text, module) => {
    const name = normalizeModuleName(module.size === '' ? `${module.name}\n` : module.name);
    const { size, references, holders } = factsOf(module, name);
    const users = holders.length > 0 ? ` ${holders.join(',')}` : '';
    return `${text}${name.padEnd(19)} ${String(size).padStart(8)}  ${references}${users}\n`;
  }, head);
}

/** kmod: `kmod_module_get_size`, `kmod_module_get_refcnt`, `kmod_module_get_holders`. */
function sysfsFacts({ options, stderr, env }: AppletContext): (module: ModuleLine, name: string) => Facts {
  const root = toByteString(options.root);
  const log = new KmodLog('lsmod', stderr, env['KMOD_LOG']);
  return (_module, name) => {
    const directory = `/sys/module/${name}`;
    const number = (file: string): number => Number(readByteString(`${root}${directory}/${file}`) ?? NOT_THERE);
    const holders = namesIn(`${root}${directory}/holders`);
    const refused = `could not open '${directory}/holders': ${strerror(errnoNumber('ENOENT'))}`;
    if (holders === undefined) log.library('kmod_module_get_holders', refused);
    return { size: number('coresize'), references: number('refcnt'), holders: kernfsOrder(holders ?? []) };
  };
}

/** Where there is no drawn sys/: proc/modules says the same of modules that are live. */
function listedFacts(module: ModuleLine): Facts {
  return { size: module.size, references: module.references, holders: holdersOf(module) };
}
