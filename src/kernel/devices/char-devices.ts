import { EBUSY, EINVAL } from '../../abi/negative-errno.ts';
import type { Address } from '../../memory/address.ts';
import type { Kernel } from '../kernel.ts';
import { KERN, printk } from '../log/printk.ts';
import { subsystem } from '../subsystem.ts';
import { blockMajorLines } from './block-majors.ts';

/** `struct char_device_struct` and what `cdev_map` holds for it. */
export interface CharRegion {
  readonly major: number;
  readonly minor: number;
  readonly count: number;
  readonly name: string;
}

/** Minors that a `struct cdev`, or `__register_chrdev`'s file operations, serve. */
export interface CharMap {
  readonly major: number;
  readonly minor: number;
  readonly count: number;
  /** `struct cdev`, 0 for one that the kernel made for `__register_chrdev`. */
  readonly cdev: Address;
  readonly operations: Address;
  /** What `file->private_data` is before `open`: the `struct miscdevice`. */
  readonly object?: Address;
}

/** A node in /dev. `path` is relative to it. */
export interface DeviceNode {
  readonly path: string;
  readonly type: 'c' | 'b';
  readonly major: number;
  readonly minor: number;
  readonly mode: number;
}

interface CharState {
  readonly regions: CharRegion[];
  readonly maps: CharMap[];
  readonly nodes: DeviceNode[];
}

/** Character devices and device nodes of the machine. */
export const charDevices = subsystem<CharState>('chardev', () => ({ regions: [], maps: [], nodes: [] }));

/** `CHRDEV_MAJOR_DYN_END` and the extended range: include/linux/fs.h. */
const DYNAMIC_RANGES = [
  [254, 234],
  [511, 384],
] as const;
const MAJOR_MAX = 512;
/** `MINORMASK`, include/linux/kdev_t.h. */
const MINOR_MASK = 0xfffff;

/** Majors that the kernel itself has taken when it has booted: /proc/devices of a fresh machine. */
const BUILTIN_CHAR: readonly (readonly [major: number, name: string])[] = [
  [1, 'mem'],
  [4, '/dev/vc/0'],
  [4, 'tty'],
  [4, 'ttyS'],
  [5, '/dev/tty'],
  [5, '/dev/console'],
  [5, '/dev/ptmx'],
  [7, 'vcs'],
  [10, 'misc'],
  [13, 'input'],
  [29, 'fb'],
  [128, 'ptm'],
  [136, 'pts'],
  [153, 'spi'],
  [247, 'cxl'],
  [248, 'bsg'],
  [249, 'ptp'],
  [250, 'pps'],
  [251, 'rtc'],
  [252, 'dax'],
  [253, 'tpm'],
  [254, 'gpiochip'],
];

function isTaken(kernel: Kernel, major: number): boolean {
  const { regions } = charDevices(kernel);
  return regions.some((region) => region.major === major) || BUILTIN_CHAR.some(([each]) => each === major);
}

function dynamicMajor(kernel: Kernel): number {
  for (const [high, low] of DYNAMIC_RANGES) {
    for (let major = high; major >= low; major--) if (!isTaken(kernel, major)) return major;
  }
  return EBUSY;
}

/** What is wrong with the numbers that are asked for. */
function outOfRange({ major, minor, count }: CharRegion): string | undefined {
  if (major >= MAJOR_MAX) return `major requested (${major}) is greater than the maximum (${MAJOR_MAX - 1})`;
  if (count >>> 0 <= (MINOR_MASK + 1 - minor) >>> 0) return undefined;
  const range = `(${minor}-${(minor + count - 1) >>> 0}) is out of range of maximum range (0-${MINOR_MASK})`;
  return `minor range requested ${range} for a single major`;
}

function complain(kernel: Kernel, { name }: CharRegion, what: string, error: number): number {
  printk(kernel, KERN.ERR, `CHRDEV "${name}" ${what}`);
  return error;
}

/** `__register_chrdev_region`: the region, or a negative errno. Major 0 asks for a free one. */
export function registerRegion(kernel: Kernel, wanted: CharRegion): CharRegion | number {
  const { regions } = charDevices(kernel);
  const refused = outOfRange(wanted);
  if (refused !== undefined) return complain(kernel, wanted, refused, EINVAL);
  const major = wanted.major === 0 ? dynamicMajor(kernel) : wanted.major;
  if (major < 0) return complain(kernel, wanted, 'dynamic allocation region is full', major);
  const clash = regions.some(
    (region) =>
      region.major === major &&
      wanted.minor < region.minor + region.count &&
      region.minor < wanted.minor + wanted.count,
  );
  if (clash || (wanted.major !== 0 && BUILTIN_CHAR.some(([each]) => each === major))) return EBUSY;
  const region = { ...wanted, major };
  regions.push(region);
  return region;
}

/** `__unregister_chrdev_region`. */
export function unregisterRegion(kernel: Kernel, major: number, minor: number, count: number): void {
  const { regions } = charDevices(kernel);
  const at = regions.findIndex((each) => each.major === major && each.minor === minor && each.count === count);
  if (at >= 0) regions.splice(at, 1);
}

/** `kobj_map`: minors get their operations. */
export function addMap(kernel: Kernel, map: CharMap): void {
  charDevices(kernel).maps.push(map);
}

/** `cdev_del`, and the end of what `__register_chrdev` made. */
export function removeMaps(kernel: Kernel, matches: (map: CharMap) => boolean): void {
  const { maps } = charDevices(kernel);
  for (let at = maps.length - 1; at >= 0; at--) if (matches(maps[at]!)) maps.splice(at, 1);
}

/** `kobj_lookup`: who serves a device number. */
export function findMap(kernel: Kernel, major: number, minor: number): CharMap | undefined {
  return charDevices(kernel).maps.findLast(
    (map) => map.major === major && minor >= map.minor && minor < map.minor + map.count,
  );
}

/** Adds or replaces a node. */
export function addNode(kernel: Kernel, node: DeviceNode): void {
  removeNode(kernel, node.path);
  charDevices(kernel).nodes.push(node);
}

/** Takes a node away; false when there is none. */
export function removeNode(kernel: Kernel, path: string): boolean {
  const { nodes } = charDevices(kernel);
  const at = nodes.findIndex((node) => node.path === path);
  if (at >= 0) nodes.splice(at, 1);
  return at >= 0;
}

/** /proc/devices: fs/proc/devices.c; the majors of a fresh machine and what modules registered. */
export function procDevices(kernel: Kernel): string {
  const rows = new Map<string, number>();
  const add = (major: number, name: string): void => {
    rows.set(`${String(major).padStart(3)} ${name}`, major);
  };
  for (const [major, name] of BUILTIN_CHAR) add(major, name);
  for (const { major, name } of charDevices(kernel).regions) add(major, name);
  const lines = [...rows].sort((a, b) => a[1] - b[1]).map(([line]) => line);
  return ['Character devices:', ...lines, '', 'Block devices:', ...blockMajorLines(kernel), ''].join('\n');
}
