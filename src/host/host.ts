import { readFileSync } from 'node:fs';
import { hostText } from './host-text.ts';
import { descriptorOutput, type Output } from './output.ts';

/** The process around the program, as far as the program sees it; tests hand in their own. */
export interface Host {
  /** basename of argv[0]: `kobox`, or an applet's name. */
  readonly programName: string;
  /** The words after it, as host-text.ts has them. */
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdin: () => Uint8Array;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** What Node makes of bytes that are not UTF-8. */
const UNDECODED = '\ufffd';

/** This process. */
export function processHost(programName: string, words: readonly string[]): Host {
  return {
    programName,
    words: exactWords(words),
    env: process.env,
    cwd: workingDirectory(),
    stdin: () => readFileSync(0),
    stdout: descriptorOutput(1),
    stderr: descriptorOutput(2),
  };
}

/** The words as the process got them, where Node could not decode them all; where nothing else is known of them, as Node has them. */
function exactWords(words: readonly string[]): readonly string[] {
  if (!words.some((word) => word.includes(UNDECODED))) return words;
  try {
    return readFileSync('/proc/self/cmdline', 'latin1')
      .split('\0')
      .slice(-1 - words.length, -1)
      .map(hostText);
  } catch {
    return words;
  }
}

/** The working directory; by another name when it has been removed, or has one that Node cannot decode. */
function workingDirectory(): string {
  try {
    const name = process.cwd();
    if (!name.includes(UNDECODED)) return name;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return '/proc/self/cwd';
}
