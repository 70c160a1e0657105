import { EBUSY, EINVAL } from '../../abi/negative-errno.ts';
import type { Kernel } from '../kernel.ts';
import { KERN, printk } from '../log/printk.ts';
import { subsystem } from '../subsystem.ts';

/** `struct blk_major_name`. */
interface BlockMajor {
  readonly major: number;
  readonly name: string;
}

/** `BLKDEV_MAJOR_MAX`, include/linux/fs.h. */
const BLKDEV_MAJOR_MAX = 512;
/** `BLKDEV_MAJOR_HASH_SIZE`. */
const BUCKETS = 255;
/** `blk_major_name.name` without its NUL. */
const NAME_LENGTH = 15;

const BUILTIN: readonly BlockMajor[] = [{ major: 259, name: 'blkext' }];

const state = subsystem('block-majors', () => ({ majors: [] as BlockMajor[] }));

const allMajors = (kernel: Kernel): BlockMajor[] => [...BUILTIN, ...state(kernel).majors];

/** `register_blkdev`, block/genhd.c: the major for `major` 0, else 0; EINVAL, EBUSY with the kernel's line. */
export function registerBlockMajor(kernel: Kernel, major: number, name: string): number {
  const chosen = major === 0 ? freeMajor(kernel) : major;
  if (chosen === undefined) {
    printk(kernel, KERN.WARNING, `__register_blkdev: failed to get major for ${name}`);
    return EBUSY;
  }
  if (chosen >= BLKDEV_MAJOR_MAX) {
    const words = `major requested (${major}) is greater than the maximum (${BLKDEV_MAJOR_MAX - 1}) for ${name}`;
    printk(kernel, KERN.ERR, `__register_blkdev: ${words}`);
    return EINVAL;
  }
  if (allMajors(kernel).some((each) => each.major === chosen)) {
    printk(kernel, KERN.WARNING, `register_blkdev: cannot get major ${major} for ${name}`);
    return EBUSY;
  }
  state(kernel).majors.push({ major: chosen, name: name.slice(0, NAME_LENGTH) });
  return major === 0 ? chosen : 0;
}

/** The highest number whose hash bucket is empty. */
function freeMajor(kernel: Kernel): number | undefined {
  const taken = new Set(allMajors(kernel).map(({ major }) => major % BUCKETS));
  for (let major = BUCKETS - 1; major > 0; major--) if (!taken.has(major)) return major;
  return undefined;
}

/** `unregister_blkdev`: false when no such major has this name. */
export function unregisterBlockMajor(kernel: Kernel, major: number, name: string): boolean {
  const { majors } = state(kernel);
  const at = majors.findIndex((each) => each.major === major && each.name === name);
  if (at >= 0) majors.splice(at, 1);
  return at >= 0;
}

/** The lines of block devices in /proc/devices: block/genhd.c, `blkdev_show`. */
export function blockMajorLines(kernel: Kernel): string[] {
  const sorted = allMajors(kernel).sort((one, other) => one.major - other.major);
  return sorted.map(({ major, name }) => `${String(major).padStart(3)} ${name}`);
}
