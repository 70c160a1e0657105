import { readdirSync, type Stats, statSync } from 'node:fs';
import { errnoNumber, strerror } from '../../abi/errno.ts';
import type { DepmodLog } from './depmod-log.ts';
import { hostName } from './find-modules.ts';

/**
 * `-A`: no module file is newer than modules.dep. Removals, configuration and built-in modules do not count. False
 * also when that cannot be told. Source: tools/depmod.c, `depfile_up_to_date`.
 */
export function isUpToDate(directory: string, log: DepmodLog): boolean {
  const own = statOrUndefined(directory);
  if (own === undefined) {
    log.error(`could not open directory ${directory}: ${strerror(errnoNumber('ENOENT'))}`);
    return false;
  }
  const written = statOrUndefined(`${directory}/modules.dep`);
  if (written === undefined) {
    log.error(`could not fstatat(${directory}, modules.dep): ${strerror(errnoNumber('ENOENT'))}`);
    return false;
  }
  return !hasNewer(directory, written.mtimeMs);
}

function hasNewer(directory: string, time: number): boolean {
  return readdirSync(hostName(directory), { encoding: 'latin1', withFileTypes: true }).some((entry) => {
    const { name } = entry;
    if (name === 'build' || name === 'source') return false;
    const path = `${directory}/${name}`;
    if (entry.isDirectory()) return hasNewer(path, time);
    if (!/\.ko(\.gz|\.xz|\.zst)?$/.test(name)) return false;
    const stat = statOrUndefined(path);
    return stat?.isFile() === true && Math.floor(stat.mtimeMs * 1000) > Math.floor(time * 1000);
  });
}

function statOrUndefined(path: string): Stats | undefined {
  return statSync(hostName(path), { throwIfNoEntry: false });
}
