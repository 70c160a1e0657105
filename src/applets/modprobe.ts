import { toByteString } from '../kmod/files.ts';
import type { ModuleKernel } from '../kmod/module-kernel.ts';
import type { Applet, AppletContext } from './applet.ts';
import { KmodModprobe } from './modprobe/kmod-style.ts';
import { type Change, carryOut } from './modprobe/machine.ts';
import { sysfsKernel } from './sysfs-kernel.ts';

/** A kernel that can only be looked at. */
const looking =
  (context: AppletContext): Change =>
  (work) =>
    work(sysfsKernel(toByteString(context.options.root)) as ModuleKernel);

/** modprobe: modutils/modprobe.c of busybox, tools/modprobe.c of kmod; modprobe(8). */
export const modprobe: Applet = {
  name: 'modprobe',
  summary: 'load and unload modules with their dependencies',
  run(context) {
    return carryOut(context, looking(context), (machine) =>
      new KmodModprobe(context, machine).run(context.argv.map(toByteString)),
    );
  },
};
