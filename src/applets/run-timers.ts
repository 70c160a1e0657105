import { runFor } from '../kernel-api/core/tasks/scheduler.ts';
import type { AppletContext } from './applet.ts';
import { plainApplet } from './command-line/plain-applet.ts';
import { inKernel } from './machine/guest-files.ts';

const USAGE = `Usage: kobox run-timers SECONDS

Let virtual time pass: timers, delayed work and sleeping threads of modules run.

Examples:
  kobox run-timers 2.5
`;

async function run(context: AppletContext): Promise<number | undefined> {
  const seconds = Number(context.argv[0]);
  if (context.argv.length !== 1 || !Number.isFinite(seconds) || seconds < 0) return undefined;
  await inKernel(context, (session) => runFor(session, seconds * 1e9));
  return 0;
}

/** run-timers: time passes on the emulated machine only by this and by code that waits. */
export const runTimers = plainApplet('run-timers', USAGE, run);
