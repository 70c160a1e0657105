import type { World } from '../../check/world.ts';
import { ModuleTree } from '../../kmod/module-tree.ts';
import { listReleases, openRelease } from '../../state/root-profiles.ts';
import { toByteString } from '../output/byte-string.ts';
import { moduleDirectory } from './module-directory.ts';

const MODULE_FILE = /\.ko(\..*)?$/;

/** What a machine knows beside its kernel: the other kernels in boot/, and its module tree as depmod left it. */
export function machineWorld(root: string, release: string): World {
  const tree = new ModuleTree(moduleDirectory(toByteString(root), release, '/'));
  return {
    get kernels() {
      const others = listReleases(root).filter((other) => other !== release);
      return others.map((other) => openRelease(root, other));
    },
    exporters: (symbol) => tree.symbolOwners(`symbol:${symbol}`),
    loadOrder: (module) => dependencies(tree.dependencyLine(module)),
  };
}

/** modules.dep names the farthest last: what is loaded first stands at its end. */
function dependencies(line: string | undefined): string[] {
  const paths = line?.split(': ')[1]?.split(' ').filter(Boolean) ?? [];
  return paths.reverse().map((path) =>
    path
      .slice(path.lastIndexOf('/') + 1)
      .replace(MODULE_FILE, '')
      .replaceAll('-', '_'),
  );
}
