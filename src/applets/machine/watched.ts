import type { AppletContext } from '../applet.ts';
import { takeWatchOptions } from '../command-line/watch-options.ts';
import type { LoadWatch } from './load-watch.ts';

/** Runs a loading command with our own options taken off its words, and tells what they ask for behind it. */
export async function runWatched(
  context: AppletContext,
  run: (context: AppletContext, watch?: LoadWatch) => Promise<number>,
): Promise<number> {
  const { options, words } = takeWatchOptions(context.argv);
  if (options === undefined) return run(context);
  const { LoadWatch } = await import('./load-watch.ts');
  const watch = new LoadWatch(context, options);
  try {
    return await run({ ...context, argv: words }, watch);
  } finally {
    await watch.report();
  }
}
