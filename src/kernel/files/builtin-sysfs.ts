import { EINVAL, EROFS } from '../../abi/negative-errno.ts';
import type { KernelResult } from '../errno-number.ts';
import type { Kernel } from '../kernel.ts';
import { addTaint } from '../log/taint.ts';
import { kstrtobool } from '../params/kstrtox.ts';
import { modprobePath, setModprobePath } from '../user-mode-helper.ts';
import { SYSCTL_NAMES, storeSysctl, sysctlNumber, sysctlText } from './sysctl.ts';
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
      if (sysctlNumber(text) !== 1) return EINVAL;
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
      const mask = sysctlNumber(text);
      if (mask === undefined) return EINVAL;
      for (let bit = 0; bit < TAINT_FLAGS_COUNT; bit++) {
        if (mask & (1 << bit)) addTaint(kernel, bit, 'LOCKDEP_STILL_OK');
      }
      return 0;
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

function flag(on: boolean): string {
  return on ? 'Y\n' : 'N\n';
}

function storeFlag(kernel: Kernel, text: string, store: (on: boolean) => KernelResult): KernelResult {
  const parsed = kstrtobool(kernel, text);
  return 'error' in parsed ? parsed.error : store(parsed.value);
}
