import type { Applet, AppletContext } from '../applet.ts';

/** What a command does with its words: its exit status; undefined: it cannot use them. */
type Work = (context: AppletContext) => number | undefined | Promise<number | undefined>;

/**
 * An applet that takes its words as they come. `--help` alone shows `usage`; so do, on stderr and with exit status 1,
 * words that `work` cannot use.
 */
export function plainApplet(name: string, usage: string, work: Work): Applet {
  return {
    name,
    async run(context) {
      if (context.argv.length === 1 && context.argv[0] === '--help') {
        context.stdout.write(usage);
        return 0;
      }
      const status = await work(context);
      if (status === undefined) context.stderr.write(usage);
      return status ?? 1;
    },
  };
}
