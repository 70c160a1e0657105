import { strerror } from '../../src/abi/errno.ts';
import { listedFiles } from '../../src/kernel-api/vfs/listing.ts';
import { cat, type GuestMachine } from './guest-machine.ts';

const LETTERS = { file: 'f', directory: 'd', link: 'l', c: 'c', b: 'b' } as const;

/**
 * What stands in the machine's /dev, /proc and /sys as the recordings of this folder say it: path, kind, number or
 * target, mode, and what a file of sysfs outside debugfs reads as.
 */
export function shownFiles(machine: GuestMachine): string[] {
  const shown = listedFiles(machine.kernel).filter(({ path }) => !/^sys\/module\/|\/statistics\//.test(path));
  return shown.map(({ path, kind, mode, target, device }) => {
    const number = device ? ` ${device.join(':')}` : '';
    const last = kind === 'link' ? `-> ${target}` : `0${mode.toString(8)}`;
    const isRead = kind === 'file' && (mode & 0o444) !== 0 && /^sys\/(?!kernel\/debug)/.test(path);
    if (path.endsWith('/stat')) return `/${path} f 0444 = (counted)`;
    const contents = isRead ? said(cat(machine, path)) : '';
    return `/${path} ${LETTERS[kind]}${number} ${last}${contents}`;
  });
}

/** What reading a file of sysfs gave: its text, or the words of the errno. */
function said(result: string | number): string {
  return typeof result === 'number' ? ` !${strerror(-result)}` : ` = ${result.replaceAll('\n', '\\n')}`;
}
