import type { Applet, AppletContext } from './applet.ts';
import type { LoadWatch } from './machine/load-watch.ts';
import { runWatched } from './machine/watched.ts';

/** insmod: modutils/insmod.c of busybox, tools/insmod.c of kmod; insmod(8). */
export const insmod: Applet = {
  name: 'insmod',
  run: (context) => runWatched(context, insert),
};

async function insert(context: AppletContext, watch?: LoadWatch): Promise<number> {
  if (context.options.style === 'kmod') return (await import('./insmod/kmod-style.ts')).runKmodInsmod(context, watch);
  return (await import('./insmod/busybox-style.ts')).runBusyboxInsmod(context, watch);
}
