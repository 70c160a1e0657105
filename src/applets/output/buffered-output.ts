import type { Output } from '../../host/output.ts';

/** So much is held back at most. */
const LIMIT = 1 << 16;

/**
 * Standard output as C's stdio has it: lines go out at once on a terminal, and together elsewhere. What a child writes
 * meanwhile therefore stands before them. Texts are byte strings.
 */
export class BufferedOutput {
  readonly #output: Output;
  readonly #isTerminal: boolean;
  #pending: string[] = [];
  #length = 0;

  constructor(output: Output) {
    this.#output = output;
    this.#isTerminal = output.isTTY;
  }

  /** Writes text: printf(3). */
  print(text: string): void {
    this.#pending.push(text);
    this.#length += text.length;
    if (this.#isTerminal || this.#length > LIMIT) this.flush();
  }

  /** fflush(3). */
  flush(): void {
    if (this.#pending.length === 0) return;
    this.#output.writeBytes(Buffer.from(this.#pending.join(''), 'latin1'));
    this.discard();
  }

  /** Forgets what was not written yet, as a process that is killed does. */
  discard(): void {
    this.#pending = [];
    this.#length = 0;
  }
}
