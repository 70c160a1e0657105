import { EINVAL, EROFS } from '../../abi/negative-errno.ts';
import type { Kernel } from '../kernel.ts';
import type { KernelResult } from '../kernel-result.ts';
import { addTaint } from '../log/taint.ts';
import type { Module } from '../module.ts';
import { kstrtobool } from '../params/kstrtox.ts';
import { modprobePath, setModprobePath } from '../user-mode-helper.ts';
import { storeNumbers } from './proc-numbers.ts';
import { synthUevent } from './synth-uevent.ts';
import { SYSCTL_NAMES, storeSysctl, sysctlText } from './sysctl.ts';
import { sysfsDirectory } from './sysfs.ts';
import { directory, textFile, type VirtualFile } from './virtual-file.ts';

/** A file outside the modules' own directories that can be written: what writing a text into it does. */
export interface WritableFile {
  readonly path: string;
  readonly show: (kernel: Kernel) => string;
  /** 0 or a negative error number. */
  readonly store: (kernel: Kernel, text: string) => KernelResult;
}

/** Bits of `TAINT_FLAGS_COUNT`, include/linux/panic.h. */
const TAINT_FLAGS_COUNT = 19;

/** The settings of printk and of what follows a fault. */
const SYSCTLS = SYSCTL_NAMES.map(
  (name): WritableFile => ({
    path: `proc/sys/kernel/${name}`,
    show: (kernel) => sysctlText(kernel, name),
    store: (kernel, text) => storeSysctl(kernel, name, text),
  }),
);

/** What can be written outside the modules' directories. Source: kernel/module/main.c, init/main.c, kernel/sysctl.c. */
export const WRITABLE_FILES: readonly WritableFile[] = [
  ...SYSCTLS,
  {
    path: 'sys/module/module/parameters/sig_enforce',
    show: (kernel) => flag(kernel.options.signatureEnforced),
    store: (kernel, text) =>
      storeFlag(kernel, text, (on) => {
        if (!on && kernel.options.signatureEnforced) return EROFS;
        if (on) kernel.options.signatureEnforced = true;
        return 0;
      }),
  },
  {
    path: 'sys/module/kernel/parameters/initcall_debug',
    show: (kernel) => flag(kernel.options.initcallDebug),
    store: (kernel, text) =>
      storeFlag(kernel, text, (on) => {
        kernel.options.initcallDebug = on;
        return 0;
      }),
  },
  {
    path: 'proc/sys/kernel/modules_disabled',
    show: (kernel) => `${Number(kernel.modulesDisabled)}\n`,
    store: (kernel, text) => {
      const isOn = storeNumbers(text, 1, ({ negative, value }) => !negative && value === 1n);
      if (!isOn) return EINVAL;
      kernel.modulesDisabled = true;
      return 0;
    },
  },
  {
    path: 'proc/sys/kernel/modprobe',
    show: (kernel) => `${modprobePath(kernel)}\n`,
    store: (kernel, text) => {
      setModprobePath(kernel, text);
      return 0;
    },
  },
  {
    path: 'proc/sys/kernel/tainted',
    show: (kernel) => `${kernel.taint}\n`,
    store: (kernel, text) => {
      const taken = storeNumbers(text, 1, ({ negative, value }) => {
        if (!negative) addTaints(kernel, value);
        return !negative;
      });
      return taken ? 0 : EINVAL;
    },
  },
];

const SETTINGS = WRITABLE_FILES.filter(({ path }) => path.startsWith('sys/'));

/** The directories in sys/module of built-in code that the profile knows. */
export function builtinDirectories(kernel: Kernel): VirtualFile[] {
  return (kernel.profile.builtinModules ?? []).flatMap((name) => {
    const path = sysfsDirectory(name);
    return path === undefined ? [] : [directory(path)];
  });
}

/** The loader's settings in sys/module. */
export function builtinFiles(kernel: Kernel): VirtualFile[] {
  return SETTINGS.map(({ path, show }) => textFile(path, 0o644, show(kernel)));
}

/** The settings in proc/sys/kernel that change only when they are written, or when something has died. */
export function sysctlFiles(kernel: Kernel): VirtualFile[] {
  return SYSCTLS.map(({ path, show }) => textFile(path, 0o644, show(kernel)));
}

/** `proc_taint`: flags can be set, not taken away. */
function addTaints(kernel: Kernel, mask: bigint): void {
  for (let bit = 0; bit < TAINT_FLAGS_COUNT; bit++) {
    if (mask & (1n << BigInt(bit))) addTaint(kernel, bit, 'LOCKDEP_STILL_OK');
  }
}

/** What a module's `uevent` does with a text (kernel: `store_uevent`, kernel/params.c); undefined: it has no directory. */
export function moduleUevent(module: Module): WritableFile | undefined {
  const base = sysfsDirectory(module.name);
  if (base === undefined || module.state === 'UNFORMED') return undefined;
  const store = (kernel: Kernel, text: string) => synthUevent(kernel, base.slice('sys'.length), text);
  return { path: `${base}/uevent`, show: () => '', store };
}

/** The file at a path that takes texts, a module's own `uevent` included. */
export function findWritableFile(kernel: Kernel, path: string): WritableFile | undefined {
  const [, name] = /^sys\/module\/([^/]+)\/uevent$/.exec(path) ?? [];
  const module = kernel.modules.find((each) => each.name === name);
  return module ? moduleUevent(module) : WRITABLE_FILES.find((each) => each.path === path);
}

function flag(on: boolean): string {
  return on ? 'Y\n' : 'N\n';
}

function storeFlag(kernel: Kernel, text: string, store: (on: boolean) => KernelResult): KernelResult {
  const parsed = kstrtobool(kernel, text.split('\0', 1)[0]!);
  return 'error' in parsed ? parsed.error : store(parsed.value);
}
