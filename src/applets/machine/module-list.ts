import { readByteString } from '../../host/read-file.ts';
import { kernfsOrder } from '../../kmod/kernfs-order.ts';
import { isDrawn } from '../../state/stamp.ts';

/** One line of /proc/modules, as far as lsmod shows it. */
export interface ModuleLine {
  readonly name: string;
  readonly size: string;
  readonly references: string;
  /** The users as the kernel lists them, newest first: `a,b,`; `-`: none. */
  readonly usedBy: string;
}

/** The text of a file of proc/ by its path; undefined: there is none. */
type ReadProc = (path: string) => string | undefined;

/** proc/ of a root as it is drawn; from the state itself where a drawing is missing and cannot be made. */
export async function procReader(root: string): Promise<ReadProc> {
  const readDrawn = (path: string) => readByteString(`${root}/${path}`);
  if (isDrawn(root)) return readDrawn;
  const { lookAtMachine, settleMachine } = await import('../../state/machine.ts');
  settleMachine(root);
  if (isDrawn(root)) return readDrawn;
  const { procFiles } = await import('../../kernel/files/procfs.ts');
  const files = lookAtMachine({ root }, procFiles);
  return (path) => files.find((file) => file.path === path)?.contents;
}

/** The loaded modules as proc/modules lists them. */
export function loadedModules(read: ReadProc): ModuleLine[] {
  return (read('proc/modules') ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', size = '', references = '', usedBy = '-'] = line.split(/[ \t]+/);
      return { name, size, references, usedBy };
    });
}

/** The modules that use one: the names in its `holders` directory, in that order. */
export function holdersOf({ usedBy }: ModuleLine): string[] {
  return kernfsOrder(usedBy.split(',').filter((user) => !['', '-', '[permanent]'].includes(user)));
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
