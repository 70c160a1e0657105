import { lstatSync, type Stats } from 'node:fs';

/**
 * The files of proc/ and sys/ that people may write, as they stood when a command looked at them. What is written after
 * that is for the next command: drawing leaves it alone.
 */
export class WrittenFiles {
  /** Directories of proc/ and sys/ that the command has seen to be directories. */
  readonly folders = new Set<string>();
  readonly #times = new Map<string, number>();

  /** Looks at a file, and remembers when it was changed last. */
  look(path: Buffer): Stats | undefined {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found) this.#times.set(path.toString('latin1'), found.mtimeMs);
    return found;
  }

  /** Somebody has written into the file since it was looked at. */
  isWritten(path: Buffer): boolean {
    const time = this.#times.get(path.toString('latin1'));
    return time !== undefined && lstatSync(path, { throwIfNoEntry: false })?.mtimeMs !== time;
  }
}
