import type { Applet } from './applet.ts';

/** rmmod: modutils/rmmod.c of busybox, tools/rmmod.c of kmod; rmmod(8). */
export const rmmod: Applet = {
  name: 'rmmod',
  async run(context) {
    if (context.options.style === 'kmod') return (await import('./rmmod/kmod-style.ts')).runKmodRmmod(context);
    return (await import('./rmmod/busybox-style.ts')).runBusyboxRmmod(context);
  },
};
