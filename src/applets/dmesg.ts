import type { Applet } from './applet.ts';

/** util-linux's dmesg, or busybox's. */
export const dmesg: Applet = {
  name: 'dmesg',
  async run(context) {
    if (context.options.style === 'busybox') return (await import('./dmesg/busybox-style.ts')).busyboxStyle(context);
    return (await import('./dmesg/util-linux-style.ts')).utilLinuxStyle(context);
  },
};
