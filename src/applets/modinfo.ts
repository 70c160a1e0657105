import type { Applet, Style } from './applet.ts';
import type { ModinfoStyle } from './modinfo/style.ts';

/** How each style reads its command line and shows what it finds. */
const STYLES: Readonly<Record<Style, () => Promise<ModinfoStyle>>> = {
  busybox: async () => (await import('./modinfo/busybox-style.ts')).busyboxModinfo,
  kmod: async () => (await import('./modinfo/kmod-style.ts')).kmodModinfo,
};

/** modinfo: modutils/modinfo.c of busybox, tools/modinfo.c of kmod; modinfo(8). */
export const modinfo: Applet = {
  name: 'modinfo',
  async run(context) {
    const [first, ...files] = context.argv;
    if (first === '--elf') return (await import('./modinfo/elf-listing.ts')).listElf(context, files);
    const run = await STYLES[context.options.style ?? 'kmod']();
    return run(context);
  },
};
