import { errnoNumber } from '../abi/errno.ts';
import { namesIn, readByteString, statOf, toByteString } from '../kmod/files.ts';
import type { InitState, ModuleKernel } from '../kmod/module-kernel.ts';
import { runningProfile } from './running-release.ts';

const STATES: Readonly<Record<string, InitState>> = { 'live\n': 'live', 'coming\n': 'coming', 'going\n': 'going' };

/**
 * The running kernel as /sys/module shows it, for those who only look: every load and unload is refused. `root`: the
 * state root, a host's path. Raises ProfileError.
 */
export function sysfsKernel(root: string): ModuleKernel {
  const directory = (name: string) => `${toByteString(root)}/sys/module/${name}`;
  return {
    initState(name) {
      const text = readByteString(`${directory(name)}/initstate`);
      if (text !== undefined) return STATES[text];
      return statOf(directory(name))?.isDirectory() || isBuiltin(root, name) ? 'coming' : undefined;
    },
    referenceCount(name) {
      const text = readByteString(`${directory(name)}/refcnt`);
      return text === undefined ? undefined : Number.parseInt(text, 10);
    },
    holders: (name) => namesIn(`${directory(name)}/holders`) ?? [],
    insert: () => -errnoNumber('EPERM'),
    remove: () => -errnoNumber('EPERM'),
  };
}

/** Whether built-in code has that directory, which is listed and not drawn. Before the first command there is no sys/. */
function isBuiltin(root: string, name: string): boolean {
  if (statOf(`${toByteString(root)}/sys/module`) === undefined) return false;
  return runningProfile(root).builtinModules?.includes(name) === true;
}
