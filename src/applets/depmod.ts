import type { Applet } from './applet.ts';
import { toByteString } from './output/byte-string.ts';
import { ToolExit } from './output/kmod-log.ts';

/** depmod: tools/depmod.c of kmod; depmod(8). busybox's depmod writes other files; `--style` changes nothing here. */
export const depmod: Applet = {
  name: 'depmod',
  async run(context) {
    const { DepmodRun } = await import('./depmod/run.ts');
    try {
      return await new DepmodRun(context).run(context.argv.map(toByteString));
    } catch (error) {
      if (error instanceof ToolExit) return error.status;
      throw error;
    }
  },
};
