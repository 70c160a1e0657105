import type { BufferedOutput } from '../output/buffered-output.ts';

/** One step of loading, as `-D` and `-v` show it. Byte strings. */
export type ListedStep =
  | { readonly action: 'insmod'; readonly module: string; readonly path: string; readonly options: string }
  | { readonly action: 'install'; readonly module: string; readonly command: string; readonly options: string }
  | { readonly action: 'builtin'; readonly module: string };

function textOf(step: ListedStep): string {
  if (step.action === 'insmod') return `insmod ${step.path} ${step.options}\n`;
  return step.action === 'install' ? `install ${step.command} ${step.options}\n` : `builtin ${step.module}\n`;
}

/** The steps on standard output: a line each, or one JSON array at the end. */
export class PlanListing {
  readonly #stdout: BufferedOutput;
  readonly #steps: ListedStep[] | undefined;

  constructor(stdout: BufferedOutput, json: boolean) {
    this.#stdout = stdout;
    this.#steps = json ? [] : undefined;
  }

  add(step: ListedStep): void {
    if (this.#steps === undefined) this.#stdout.print(textOf(step));
    else this.#steps.push(step);
  }

  end(): void {
    if (this.#steps !== undefined) this.#stdout.print(`${JSON.stringify(this.#steps, undefined, 2)}\n`);
  }
}
