import { errnoNumber } from '../../abi/errno.ts';
import { namesIn, readByteString, statOf } from '../../kmod/files.ts';
import { kernfsOrder } from '../../kmod/kernfs-order.ts';
import type { InitState, ModuleKernel } from '../../kmod/module-kernel.ts';

const STATES: Readonly<Record<string, InitState>> = { 'live\n': 'live', 'coming\n': 'coming', 'going\n': 'going' };

/**
 * The running kernel as `sys/module/` below the state root shows it, for those who only look: every load and unload
 * is refused.
 */
export function sysfsKernel(root: string): ModuleKernel {
  const directory = (name: string) => `${root}/sys/module/${name}`;
  return {
    initState(name) {
      const text = readByteString(`${directory(name)}/initstate`);
      if (text !== undefined) return STATES[text];
      return statOf(directory(name))?.isDirectory() === true ? 'coming' : undefined;
    },
    referenceCount(name) {
      const text = readByteString(`${directory(name)}/refcnt`);
      return text === undefined ? undefined : Number.parseInt(text, 10);
    },
    holders: (name) => kernfsOrder(namesIn(`${directory(name)}/holders`) ?? []),
    insert: () => -errnoNumber('EPERM'),
    remove: () => -errnoNumber('EPERM'),
  };
}
