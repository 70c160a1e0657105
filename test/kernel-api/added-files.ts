import { listedFiles } from '../../src/kernel-api/vfs/listing.ts';
import { cat, type GuestMachine } from './guest-machine.ts';

const LETTERS = { file: 'f', directory: 'd', link: 'l', c: 'c', b: 'b' } as const;

/**
 * What stands in the machine's /dev, /proc and /sys as the recordings of this folder say it: path, kind, number or
 * target, mode, and what a file of sysfs outside debugfs reads as.
 */
export function shownFiles(machine: GuestMachine): string[] {
  const shown = listedFiles(machine.kernel).filter(({ path }) => !path.startsWith('sys/module/'));
  return shown.map(({ path, kind, mode, target, device }) => {
    const number = device ? ` ${device.join(':')}` : '';
    const last = kind === 'link' ? `-> ${target}` : `0${mode.toString(8)}`;
    const isRead = kind === 'file' && (mode & 0o444) !== 0 && /^sys\/(?!kernel\/debug)/.test(path);
    const contents = isRead ? ` = ${String(cat(machine, path)).replaceAll('\n', '\\n')}` : '';
    return `/${path} ${LETTERS[kind]}${number} ${last}${contents}`;
  });
}
