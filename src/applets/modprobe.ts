import type { Run } from '../kmod/probe/requests.ts';
import type { Applet, AppletContext, Style } from './applet.ts';
import type { LoadWatch } from './machine/load-watch.ts';
import { runWatched } from './machine/watched.ts';
import { carryOut } from './modprobe/machine.ts';
import type { Machine } from './modprobe/machine-view.ts';
import { toByteString } from './output/byte-string.ts';

/** modprobe in one style: a run on the machine. `words` are byte strings. */
type ModprobeStyle = (context: AppletContext, machine: Machine, words: readonly string[]) => Run;

const STYLES: Readonly<Record<Style, () => Promise<ModprobeStyle>>> = {
  busybox: async () => {
    const { BusyboxModprobe } = await import('./modprobe/busybox-style.ts');
    return (context, machine, words) => new BusyboxModprobe(context, machine).run(words);
  },
  kmod: async () => {
    const { KmodModprobe } = await import('./modprobe/kmod-style.ts');
    return (context, machine, words) => new KmodModprobe(context, machine).run(words);
  },
};

/** modprobe: modutils/modprobe.c of busybox, tools/modprobe.c of kmod; modprobe(8). */
export const modprobe: Applet = {
  name: 'modprobe',
  run: (context) => runWatched(context, probe),
};

async function probe(context: AppletContext, watch?: LoadWatch): Promise<number> {
  const style = await STYLES[context.options.style ?? 'kmod']();
  return carryOut(context, (machine) => style(context, machine, context.argv.map(toByteString)), watch);
}
