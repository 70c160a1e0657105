import { runFor } from '../kernel-api/core/scheduler.ts';
import type { Applet, AppletContext } from './applet.ts';
import { inKernel } from './guest-files.ts';

const USAGE =
  'Usage: run-timers SECONDS\n\nLets virtual time pass: timers, delayed work and sleeping threads of modules run\n';

async function run(context: AppletContext): Promise<number> {
  const seconds = Number(context.argv[0]);
  if (context.argv.length !== 1 || !Number.isFinite(seconds) || seconds < 0) {
    context.stderr.write(USAGE);
    return 1;
  }
  await inKernel(context, (session) => runFor(session, seconds * 1e9));
  return 0;
}

/** run-timers: time passes on the emulated machine only by this and by code that waits. */
export const runTimers: Applet = { name: 'run-timers', run };
