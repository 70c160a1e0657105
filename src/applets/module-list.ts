import { readByteString } from '../host/read-file.ts';
import { kernfsOrder } from '../kmod/kernfs-order.ts';

/** One line of /proc/modules, as far as lsmod shows it. */
export interface ModuleLine {
  readonly name: string;
  readonly size: string;
  readonly references: string;
  /** As the kernel lists them, newest user first. */
  readonly users: readonly string[];
}

/** The loaded modules as proc/modules below the root lists them. */
export function loadedModules(root: string): ModuleLine[] {
  return (readByteString(`${root}/proc/modules`) ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', size = '', references = '', users = '-'] = line.split(' ');
      return { name, size, references, users: users.split(',').filter((user) => user !== '' && user !== '-') };
    });
}

/** The modules that use one: the names in its `holders` directory, in that order. */
function holdersOf({ users }: ModuleLine): string[] {
  return kernfsOrder(users.filter((user) => user !== '[permanent]'));
}

/** The list as kmod's lsmod shows it (kmod: tools/lsmod.c). A byte string. */
export function kmodListing(modules: readonly ModuleLine[]): string {
  const head = `${'Module'.padEnd(24)}Size  Used by\n`;
  return modules.reduce((text, module) => {
    const holders = holdersOf(module).join(',');
    const { name, size, references } = module;
    return `${text}${name.padEnd(19)} ${size.padStart(8)}  ${references}${holders && ` ${holders}`}\n`;
  }, head);
}

/** The list as JSON. A byte string. */
export function jsonListing(modules: readonly ModuleLine[]): string {
  const rows = modules.map((module) => ({
    module: module.name,
    size: Number(module.size),
    references: Number(module.references),
    users: holdersOf(module),
  }));
  return `${JSON.stringify(rows, undefined, 2)}\n`;
}
