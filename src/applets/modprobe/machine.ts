import { existsSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { pause } from '../../host/pause.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { ModuleKernel } from '../../kmod/module-kernel.ts';
import type { Request, Run } from '../../kmod/probe/requests.ts';
import { untilLoaded } from '../../state/until-loaded.ts';
import type { AppletContext } from '../applet.ts';
import type { LoadWatch } from '../machine/load-watch.ts';
import { sysfsKernel } from '../machine/sysfs-kernel.ts';
import { toByteString } from '../output/byte-string.ts';
import type { Machine } from './machine-view.ts';
import { ModuleImages } from './module-image.ts';

/** Runs a command of modprobe.d on this host with sh(1): its exit status. Its output goes to the applet's streams. */
async function runOnHost(applet: AppletContext, request: Request & { kind: 'command' }): Promise<number> {
  const { spawnSync } = await import('node:child_process');
  const { stdout, stderr, status } = spawnSync('/bin/sh', ['-c', withoutDirectories(request.command)], {
    cwd: applet.cwd,
    env: {
      ...applet.env,
      ...request.environment,
      NODE_EXTRA_CA_CERTS: applet.env['KOBOX_EXTRA_CA_CERTS'] || applet.env['NODE_EXTRA_CA_CERTS'],
      PATH: `${programDirectory()}:${applet.env['PATH'] ?? '/usr/bin:/bin'}`,
      KOBOX_ROOT: applet.options.root,
      KOBOX_STYLE: applet.options.style ?? 'kmod',
    },
    stdio: ['inherit', 'pipe', 'pipe'],
    maxBuffer: Number.POSITIVE_INFINITY,
  });
  applet.stdout.writeBytes(stdout);
  applet.stderr.writeBytes(stderr);
  return status ?? 1;
}

/** Where our own tools stand beside the program, which may have been called through a link. */
function programDirectory(): string {
  const [, program = ''] = process.argv;
  return dirname(existsSync(program) ? realpathSync(program) : program);
}

/** The module tools by their bare names, so that ours are found and never the host's own. */
function withoutDirectories(command: string): string {
  return command.replace(/(?:\/usr)?(?:\/local)?\/s?bin\/(modprobe|insmod|rmmod|lsmod|modinfo|depmod)\b/g, '$1');
}

/** Meets the requests that need no change of the machine to be under way; undefined: not one of those. */
async function meet(applet: AppletContext, request: Request): Promise<number> {
  if (request.kind === 'command') return runOnHost(applet, request);
  if (request.kind === 'wait') await pause(request.milliseconds);
  return 0;
}

/** Goes on with a run until it ends or asks for something that is met outside: files are made ready on the way. */
async function advance(run: Run, images: ModuleImages, answer: number): Promise<IteratorResult<Request, number>> {
  let step = run.next(answer);
  while (!step.done && step.value.kind === 'prepare') {
    step = run.next(await images.prepare(step.value));
  }
  return step;
}

/**
 * Carries a run through: its exit status. Until it says `begin`, its kernel is what `sys/` shows. What it does between
 * two requests after that is one change of the machine; while a command runs or time passes, nothing is locked.
 */
export async function carryOut(
  applet: AppletContext,
  start: (machine: Machine) => Run,
  watch?: LoadWatch,
): Promise<number> {
  return untilLoaded(applet.options.root, () => carryOutOnce(applet, start, watch));
}

async function carryOutOnce(
  applet: AppletContext,
  start: (machine: Machine) => Run,
  watch: LoadWatch | undefined,
): Promise<number> {
  const images = new ModuleImages();
  const machine = { images, kernel: sysfsKernel(toByteString(applet.options.root)) };
  const run = start(machine);
  let step = await advance(run, images, 0);
  for (let hasBegun = false; !step.done; ) {
    const answer = await meet(applet, step.value);
    hasBegun ||= step.value.kind === 'begin';
    if (hasBegun) {
      step = await changeKernel(applet, images, watch, (kernel) => {
        machine.kernel = kernel;
        return advance(run, images, answer);
      });
    } else step = await advance(run, images, answer);
  }
  return step.value;
}

async function changeKernel<T>(
  applet: AppletContext,
  images: ModuleImages,
  watch: LoadWatch | undefined,
  work: (kernel: ModuleKernel) => Promise<T>,
): Promise<T> {
  const { machineKernel } = await import('../machine/machine-kernel.ts');
  const { options } = applet;
  const change = (kernel: Kernel) =>
    work(machineKernel(kernel, { ...options, waits: true }, (path) => images.read(path), watch));
  if (options.init === 'run') return (await import('../machine/guest-change.ts')).changeWithPrograms(applet, change);
  return (await import('../../state/machine.ts')).changeMachine({ ...options, comm: applet.name }, change);
}
