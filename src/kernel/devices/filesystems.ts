import { EBUSY, EINVAL } from '../../abi/negative-errno.ts';
import type { Address } from '../../memory/address.ts';
import type { Kernel } from '../kernel.ts';
import { subsystem } from '../subsystem.ts';

/** A registered `struct file_system_type`. */
interface FileSystem {
  /** The guest's structure. */
  readonly address: Address;
  readonly name: string;
  /** `FS_REQUIRES_DEV`. */
  readonly requiresDevice: boolean;
}

/** The file systems of a fresh machine; none needs a device. */
const BUILTIN: readonly string[] = [
  'sysfs',
  'tmpfs',
  'proc',
  'cgroup',
  'cgroup2',
  'cpuset',
  'devtmpfs',
  'debugfs',
  'tracefs',
  'securityfs',
  'sockfs',
  'bpf',
  'pipefs',
  'ramfs',
  'hugetlbfs',
  'devpts',
  'mqueue',
  'pstore',
];

/** `file_systems`, fs/filesystems.c: what modules registered, oldest first. */
const fileSystems = subsystem('filesystems', () => ({ registered: [] as FileSystem[] }));

/** `register_filesystem`: EBUSY when a file system has this name. */
export function addFileSystem(kernel: Kernel, added: FileSystem): number {
  const { registered } = fileSystems(kernel);
  if (BUILTIN.includes(added.name) || registered.some(({ name }) => name === added.name)) return EBUSY;
  registered.push(added);
  return 0;
}

/** `unregister_filesystem`: EINVAL when it is not registered. */
export function removeFileSystem(kernel: Kernel, address: Address): number {
  const { registered } = fileSystems(kernel);
  const at = registered.findIndex((each) => each.address === address);
  if (at < 0) return EINVAL;
  registered.splice(at, 1);
  return 0;
}

/** /proc/filesystems: fs/filesystems.c, `filesystems_proc_show`. */
export function procFilesystems(kernel: Kernel): string {
  const builtin = BUILTIN.map((name) => `nodev\t${name}\n`);
  const own = fileSystems(kernel).registered.map(
    ({ name, requiresDevice }) => `${requiresDevice ? '' : 'nodev'}\t${name}\n`,
  );
  return [...builtin, ...own].join('');
}
