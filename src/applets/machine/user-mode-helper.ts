import { errnoNumber } from '../../abi/errno.ts';
import type { Output } from '../../host/output.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { AppletContext } from '../applet.ts';
import { KmodModprobe } from '../modprobe/kmod-style.ts';
import { ModuleImages } from '../modprobe/module-image.ts';
import { machineKernel } from './machine-kernel.ts';

/** A program that the kernel starts has no terminal: nobody sees what it says. */
const NOWHERE: Output = { isTTY: false, columns: 80, write: () => undefined, writeBytes: () => undefined };

const isModprobe = (path: string) => path.slice(path.lastIndexOf('/') + 1) === 'modprobe';

/**
 * What the kernel of a change under way starts in user mode: modprobe, as root, on the same kernel. Its wait status, or
 * a negated errno: there is no other program. Commands of modprobe.d that are not known inside are not run, and
 * compressed modules are not decoded here.
 */
export function userModeHelper(applet: AppletContext, kernel: Kernel): (argv: readonly string[]) => number {
  return ([path = '', ...words]) => {
    if (!isModprobe(path)) return -errnoNumber('ENOENT');
    const options = { ...applet.options, allowCommands: false };
    const context = { ...applet, name: 'modprobe', calledAs: path, env: {}, stdout: NOWHERE, stderr: NOWHERE, options };
    const images = new ModuleImages();
    const machine = { images, kernel: machineKernel(kernel, { uid: 0 }, (file) => images.read(file)) };
    const run = new KmodModprobe(context, machine).run(words);
    let step = run.next();
    while (!step.done) step = run.next(0);
    return step.value << 8;
  };
}
