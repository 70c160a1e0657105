import type { Output } from '../../src/host/output.ts';
import { main } from '../../src/main.ts';

/** What one run of the program gave. */
export interface KoboxResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

/** Where the program is to think that it runs. */
export interface KoboxPlace {
  readonly root: string;
  readonly cwd: string;
  readonly init?: 'run' | 'skip';
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: Uint8Array;
  /** basename of argv[0]; `kobox` when left out. */
  readonly programName?: string;
}

/** Runs `kobox WORDS…` inside this process. */
export async function runKobox(words: readonly string[], place: KoboxPlace): Promise<KoboxResult> {
  const stdout = new Collected();
  const stderr = new Collected();
  const exit = await main({
    programName: place.programName ?? 'kobox',
    words,
    env: { KOBOX_ROOT: place.root, KOBOX_INIT: place.init ?? 'skip', ...place.env },
    cwd: place.cwd,
    stdin: () => place.stdin ?? new Uint8Array(),
    stdout,
    stderr,
  });
  return { stdout: stdout.text, stderr: stderr.text, exit };
}

/** A stream that keeps what is written. */
class Collected implements Output {
  readonly isTTY = false;
  readonly columns = 80;
  readonly #parts: Buffer[] = [];

  write(text: string): void {
    this.#parts.push(Buffer.from(text, 'utf8'));
  }

  writeBytes(bytes: Uint8Array): void {
    this.#parts.push(Buffer.from(bytes));
  }

  get text(): string {
    return Buffer.concat(this.#parts).toString('utf8');
  }
}
