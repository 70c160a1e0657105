import type { Command } from 'commander';

/** One option of an applet. */
export interface OptionRow {
  /** One letter, without the dash. */
  readonly short?: string;
  /** Without the dashes. */
  readonly long?: string;
  /** What its argument is called in the help; undefined: it takes none. */
  readonly argument?: string;
  /** The argument may be left out; it is then joined: `-Lauto`, `--color=auto`. */
  readonly optional?: true;
  /** May be given several times: all values are kept, in order. */
  readonly repeatable?: true;
  readonly help: string;
}

/** The words of a command line, sorted. Values stand under the long name, else the letter. */
export interface ParsedWords {
  readonly options: Readonly<Record<string, string | true | readonly string[]>>;
  readonly operands: readonly string[];
}

/** An applet's command line: its options and what `--help` shows. */
export interface CommandLine {
  readonly name: string;
  /** After the name, as in `usage: NAME …`. */
  readonly usage: string;
  readonly summary: string;
  readonly rows: readonly OptionRow[];
}

/**
 * getopt_long(3): letters may be joined, long names shortened, options and operands mixed; `--` ends the options.
 * Returns getopt's own complaint, without the program's name, when a word is wrong.
 */
export async function parseWords(
  line: CommandLine,
  words: readonly string[],
): Promise<ParsedWords | { readonly error: string }> {
  if (!words.some((word) => word.length > 1 && word.startsWith('-'))) return { options: {}, operands: words };
  const { parseWithCommander } = await import('./getopt-commander.ts');
  return parseWithCommander(line, words);
}

/** The help text of a command line. */
export async function helpText(line: CommandLine): Promise<string> {
  const { describeCommand } = await import('./getopt-commander.ts');
  const command: Command = describeCommand(line);
  return command.helpInformation();
}
