import type { Address } from '../../memory/address.ts';
import type { Kernel } from '../kernel.ts';
import { subsystem } from '../subsystem.ts';

/** A disk that was added: `struct gendisk` and what /proc/partitions says of it. */
export interface Disk {
  readonly disk: Address;
  readonly name: string;
  readonly major: number;
  readonly minor: number;
  readonly sectors: number;
}

/** Bytes of a sector: `SECTOR_SIZE`, include/linux/blk_types.h. */
export const SECTOR_SIZE = 512;

/** `DISK_NAME_LEN`, include/linux/blkdev.h. */
export const DISK_NAME_LEN = 32;

const SECTORS_PER_KILOBYTE = 2;

/** Disks of the machine, and the number that the next one gets (`diskseq`). */
export const diskState = subsystem('disks', () => ({ disks: [] as Disk[], nextSequence: 1 }));

/** The text of /proc/partitions: block/genhd.c, `show_partition`. */
export function procPartitions(kernel: Kernel): string {
  const lines = diskState(kernel)
    .disks.filter(({ sectors }) => sectors > 0)
    .map(({ name, major, minor, sectors }) => {
      const size = Math.floor(sectors / SECTORS_PER_KILOBYTE);
      return `${`${major}`.padStart(4)}  ${`${minor}`.padStart(7)} ${`${size}`.padStart(10)} ${name}\n`;
    });
  return lines.length === 0 ? '' : `major minor  #blocks  name\n\n${lines.join('')}`;
}
