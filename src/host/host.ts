import { readFileSync } from 'node:fs';
import { descriptorOutput, type Output } from './output.ts';

/** The process around the program, as far as the program sees it; tests hand in their own. */
export interface Host {
  /** basename of argv[0]: `kobox`, or an applet's name. */
  readonly programName: string;
  /** The words after it. */
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdin: () => Uint8Array;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** This process. */
export function processHost(programName: string, words: readonly string[]): Host {
  return {
    programName,
    words,
    env: process.env,
    cwd: process.cwd(),
    stdin: () => readFileSync(0),
    stdout: descriptorOutput(1),
    stderr: descriptorOutput(2),
  };
}
