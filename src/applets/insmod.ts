import type { Applet } from './applet.ts';

/** insmod: modutils/insmod.c of busybox, tools/insmod.c of kmod; insmod(8). */
export const insmod: Applet = {
  name: 'insmod',
  summary: 'load a module from a file',
  async run(context) {
    if (context.options.style === 'kmod') return (await import('./insmod/kmod-style.ts')).runKmodInsmod(context);
    return (await import('./insmod/busybox-style.ts')).runBusyboxInsmod(context);
  },
};
