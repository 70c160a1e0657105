import type { Applet } from './applet.ts';

/** Name → the applet, evaluated only when it is asked for. */
export const APPLETS: Readonly<Record<string, () => Promise<Applet>>> = {
  boot: async () => (await import('./boot.ts')).boot,
  cat: async () => (await import('./cat.ts')).cat,
  check: async () => (await import('./check.ts')).check,
  depmod: async () => (await import('./depmod.ts')).depmod,
  dmesg: async () => (await import('./dmesg.ts')).dmesg,
  insmod: async () => (await import('./insmod.ts')).insmod,
  ioctl: async () => (await import('./ioctl.ts')).ioctl,
  kernel: async () => (await import('./kernel.ts')).kernel,
  key: async () => (await import('./key.ts')).key,
  kmod: async () => (await import('./kmod.ts')).kmod,
  ls: async () => (await import('./ls.ts')).ls,
  lsmod: async () => (await import('./lsmod.ts')).lsmod,
  mknod: async () => (await import('./mknod.ts')).mknod,
  modinfo: async () => (await import('./modinfo.ts')).modinfo,
  modprobe: async () => (await import('./modprobe.ts')).modprobe,
  rmmod: async () => (await import('./rmmod.ts')).rmmod,
  'run-timers': async () => (await import('./run-timers.ts')).runTimers,
  sign: async () => (await import('./sign.ts')).sign,
  write: async () => (await import('./write.ts')).write,
};
