import { misspeltParameters } from '../../check/causes/parameter.ts';
import { explain } from '../../check/check-module.ts';
import { causesText } from '../../check/report/text.ts';
import { LoadRecorder, type TracedLoad } from '../../check/trace/load-steps.ts';
import { tracesText } from '../../check/trace/text.ts';
import type { Cause } from '../../check/verdict.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { LoadInfo } from '../../kernel/load-info.ts';
import type { LoadTrace } from '../../kernel/load-trace.ts';
import type { AppletContext } from '../applet.ts';
import type { WatchOptions } from '../command-line/watch-options.ts';
import { painterFor } from '../output/painter.ts';
import { machineWorld } from './tree-world.ts';

/** Watches the loads of a command and tells of them afterwards: `--trace` on stdout, `--explain` on stderr. */
export class LoadWatch {
  readonly #context: AppletContext;
  readonly #options: WatchOptions;
  readonly #loads: TracedLoad[] = [];
  readonly #causes: Cause[] = [];
  #recorder: LoadRecorder | undefined;
  readonly #stubs = new Map<string, number>();
  readonly #textCalls = new Map<string, number>();
  #stage: string | undefined;
  #info: LoadInfo | undefined;
  #logFrom = 0;

  constructor(context: AppletContext, options: WatchOptions) {
    this.#context = context;
    this.#options = options;
  }

  /** What init_module is to be watched by. */
  begin(kernel: Kernel): LoadTrace {
    const recorder = this.#options.trace ? new LoadRecorder(kernel, this.#options.verbose) : undefined;
    if (recorder) this.#loads.push(recorder.load);
    this.#recorder = recorder;
    this.#stage = undefined;
    this.#info = undefined;
    this.#logFrom = kernel.nextLogSequence;
    return {
      passed: (stage, info) => {
        this.#info = info;
        recorder?.passed(stage, info);
      },
      failed: (stage, info) => {
        this.#info = info;
        this.#stage = stage;
        recorder?.failed(stage, info);
      },
    };
  }

  /** Requires the kernel as the call left it. */
  end(kernel: Kernel, image: Uint8Array, errno: number): void {
    this.#recorder?.finish(errno);
    for (const [name, calls] of kernel.runner.stubs ?? []) this.#stubs.set(name, calls);
    for (const [name, calls] of kernel.runner.textCalls ?? []) this.#textCalls.set(name, calls);
    if (!this.#options.explain) return;
    const world = machineWorld(this.#context.options.root, kernel.profile.release);
    const diagnosis = { kernel, world, image, stage: this.#stage, info: this.#info, errno, logFrom: this.#logFrom };
    this.#causes.push(...(errno === 0 ? misspeltParameters(diagnosis) : explain(diagnosis)));
  }

  /** Writes what was seen. */
  async report(): Promise<void> {
    const { stdout, stderr } = this.#context;
    if (this.#options.json) {
      const [stubs, text] = [this.#stubs, this.#textCalls].map(callCounts);
      stdout.write(`${JSON.stringify({ loads: this.#loads, causes: this.#causes, stubs, text }, null, 2)}\n`);
      return;
    }
    stdout.write(tracesText(this.#loads, await painterFor(this.#context, stdout), this.#options.verbose));
    stderr.write(causesText(this.#causes));
  }
}

function callCounts(counts: ReadonlyMap<string, number>): { readonly name: string; readonly calls: number }[] {
  return [...counts].map(([name, calls]) => ({ name, calls }));
}
