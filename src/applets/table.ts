import type { Applet } from './applet.ts';

/** An applet that has not been loaded. */
interface AppletRow {
  /** One line for `kobox --help`. */
  readonly summary: string;
  /** Evaluates the applet's code, which happens only when it is asked for. */
  readonly load: () => Promise<Applet>;
}

/** Name → the applet. */
export const APPLETS: Readonly<Record<string, AppletRow>> = {
  boot: {
    summary: 'restart the emulated machine: nothing loaded, taint 0, an empty log',
    load: async () => (await import('./boot.ts')).boot,
  },
  cat: { summary: 'read files of the emulated /dev, /proc and /sys', load: async () => (await import('./cat.ts')).cat },
  check: {
    summary: 'tell whether modules load on a kernel, and if not, why',
    load: async () => (await import('./check.ts')).check,
  },
  dd: {
    summary: 'copy blocks from and to files of the emulated machine',
    load: async () => (await import('./dd.ts')).dd,
  },
  depmod: {
    summary: 'work out module dependencies and write the files that modprobe reads',
    load: async () => (await import('./depmod.ts')).depmod,
  },
  dmesg: { summary: 'show the kernel log', load: async () => (await import('./dmesg.ts')).dmesg },
  insmod: { summary: 'load a module from a file', load: async () => (await import('./insmod.ts')).insmod },
  ioctl: {
    summary: 'call ioctl(2) on a device of the emulated machine',
    load: async () => (await import('./ioctl.ts')).ioctl,
  },
  kernel: {
    summary: 'import kernels, choose the one to run, show and compare them',
    load: async () => (await import('./kernel.ts')).kernel,
  },
  key: {
    summary: 'certificates that the machine trusts for module signatures',
    load: async () => (await import('./key.ts')).key,
  },
  kmod: { summary: "kmod's own commands: list, static-nodes", load: async () => (await import('./kmod.ts')).kmod },
  ls: { summary: 'list the emulated /dev, /proc and /sys', load: async () => (await import('./ls.ts')).ls },
  lsmod: {
    summary: 'show what is loaded, as /proc/modules has it',
    load: async () => (await import('./lsmod.ts')).lsmod,
  },
  mknod: { summary: 'make a device node in the emulated /dev', load: async () => (await import('./mknod.ts')).mknod },
  mmap: {
    summary: 'map memory of a device of the emulated machine with mmap(2) and show it',
    load: async () => (await import('./mmap.ts')).mmap,
  },
  modinfo: { summary: 'show what a module says of itself', load: async () => (await import('./modinfo.ts')).modinfo },
  modprobe: {
    summary: 'load and unload modules with their dependencies',
    load: async () => (await import('./modprobe.ts')).modprobe,
  },
  poll: {
    summary: 'ask a device of the emulated machine for events with poll(2)',
    load: async () => (await import('./poll.ts')).poll,
  },
  rmmod: { summary: 'unload modules', load: async () => (await import('./rmmod.ts')).rmmod },
  'run-timers': { summary: 'let virtual time pass', load: async () => (await import('./run-timers.ts')).runTimers },
  sign: { summary: 'sign a module as scripts/sign-file does', load: async () => (await import('./sign.ts')).sign },
  write: {
    summary: 'write to files of the emulated /dev, /proc and /sys',
    load: async () => (await import('./write.ts')).write,
  },
};
