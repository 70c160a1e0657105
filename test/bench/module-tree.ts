import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A kernel's tree of modules to measure on: `KOBOX_BENCH_TREE`, else one that this machine has; undefined: none. */
export function findModuleTree(): string | undefined {
  const named = process.env['KOBOX_BENCH_TREE'];
  if (named !== undefined) return existsSync(join(named, 'kernel')) ? named : undefined;
  return ['/lib/modules', '/usr/lib/modules']
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((release) => join(folder, release)))
    .find((tree) => existsSync(join(tree, 'kernel')));
}

/** A copy below `root`, by hard links where they can be made, with its indexes. Returns its directory. */
export function layOutTree(tree: string, root: string): string {
  const place = join(root, 'lib/modules');
  mkdirSync(place, { recursive: true });
  if (spawnSync('cp', ['-rl', tree, place]).status !== 0) spawnSync('cp', ['-r', tree, place], { stdio: 'inherit' });
  spawnSync(process.execPath, ['bin/depmod', '-b', root, basename(tree)], { stdio: 'inherit' });
  return join(place, basename(tree));
}

/** The real depmod's command; undefined when this machine has none. */
export function findDepmod(): string | undefined {
  if (process.env['DEPMOD'] !== undefined) return process.env['DEPMOD'];
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin'];
  return folders.map((folder) => join(folder, 'depmod')).find((path) => existsSync(path));
}
