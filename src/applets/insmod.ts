import type { Applet, AppletContext } from './applet.ts';
import type { LoadWatch } from './load-watch.ts';
import { takeWatchOptions } from './watch-options.ts';

/** insmod: modutils/insmod.c of busybox, tools/insmod.c of kmod; insmod(8). */
export const insmod: Applet = {
  name: 'insmod',
  summary: 'load a module from a file',
  async run(context) {
    const { options, words } = takeWatchOptions(context.argv);
    if (options === undefined) return insert(context);
    const { LoadWatch } = await import('./load-watch.ts');
    const watch = new LoadWatch(context, options);
    const status = await insert({ ...context, argv: words }, watch);
    await watch.report();
    return status;
  },
};

async function insert(context: AppletContext, watch?: LoadWatch): Promise<number> {
  if (context.options.style === 'kmod') return (await import('./insmod/kmod-style.ts')).runKmodInsmod(context, watch);
  return (await import('./insmod/busybox-style.ts')).runBusyboxInsmod(context, watch);
}
