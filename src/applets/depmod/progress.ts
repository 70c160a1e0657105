import type { Ora } from 'ora';
import type { Output } from '../../host/output.ts';

/** A run shorter than this shows nothing. */
const QUIET_MS = 700;

/** Shows on a terminal how far a long run has come. */
export interface Progress {
  readonly step: (done: number, all: number) => void;
  readonly end: () => void;
}

/** Progress on stderr when that is a terminal; else none. */
export function progressOn(stderr: Output): Progress {
  if (!stderr.isTTY) return { step: () => {}, end: () => {} };
  const start = performance.now();
  let spinner: Ora | 'loading' | undefined;
  const step = (done: number, all: number): void => {
    if (done % 64 !== 0 || performance.now() - start < QUIET_MS) return;
    if (spinner === undefined) {
      spinner = 'loading';
      import('ora').then(({ default: ora }) => {
        if (spinner === 'loading') spinner = ora({ stream: process.stderr }).start();
      });
    }
    if (spinner !== 'loading') {
      spinner.text = `Reading modules: ${done} of ${all}`;
      spinner.render();
    }
  };
  const end = (): void => {
    if (spinner !== undefined && spinner !== 'loading') spinner.stop();
    spinner = undefined;
  };
  return { step, end };
}
