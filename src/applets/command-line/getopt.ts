import { getoptLong, type LongOption, type OptionTable } from './getopt-long.ts';

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
  readonly help: string;
}

/** The words of a command line, sorted. Values stand under the long name, else the letter. */
export interface ParsedWords {
  readonly options: Readonly<Record<string, string | true>>;
  readonly operands: readonly string[];
}

/** An applet's command line: its options and what `--help` shows. */
export interface CommandLine {
  /** As a user calls it: `kobox check`. */
  readonly name: string;
  /** After the name, as in `usage: NAME …`. */
  readonly usage: string;
  readonly summary: string;
  readonly rows: readonly OptionRow[];
  /** Whole commands to try. */
  readonly examples?: readonly string[];
}

/** What an option's values stand under. */
const keyOf = (row: OptionRow): string => row.long ?? row.short!;

const takesValue = (row: OptionRow): LongOption['takesValue'] =>
  row.argument !== undefined && (row.optional ? 'optional' : true);

const COLONS = new Map<LongOption['takesValue'], string>([
  [true, ':'],
  ['optional', '::'],
]);

function optionTable(rows: readonly OptionRow[]): OptionTable {
  return {
    short: rows.map((row) => (row.short ?? '') + (row.short ? (COLONS.get(takesValue(row)) ?? '') : '')).join(''),
    long: rows.flatMap((row) =>
      row.long === undefined ? [] : [{ name: row.long, takesValue: takesValue(row), id: row.long }],
    ),
  };
}

/**
 * Takes a command line apart as {@link getoptLong} does; `error`: getopt's own complaint, without the program's name,
 * when a word is wrong.
 */
export function parseWords(line: CommandLine, words: readonly string[]): ParsedWords | { readonly error: string } {
  const { options, operands } = getoptLong(words, optionTable(line.rows));
  const found: Record<string, string | true> = {};
  for (const option of options) {
    if ('message' in option) return { error: option.message };
    const row = line.rows.find((each) => each.long === option.id || each.short === option.id)!;
    found[keyOf(row)] = row.argument === undefined || (row.optional && option.value === '') ? true : option.value;
  }
  return { options: found, operands };
}

/** The text of an option that takes one; undefined: it was not given. */
export function optionText({ options }: ParsedWords, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

/** The help text of a command line, drawn by commander, with the examples below. */
export async function helpText(line: CommandLine): Promise<string> {
  const { Command, Option } = await import('commander');
  const command = new Command(line.name).description(line.summary).usage(line.usage).helpOption(false);
  for (const row of line.rows) command.addOption(new Option(flags(row), row.help));
  return command.helpInformation() + exampleLines(line.examples ?? []);
}

function exampleLines(examples: readonly string[]): string {
  return examples.length === 0 ? '' : `\nExamples:\n${examples.map((example) => `  ${example}\n`).join('')}`;
}

/** `-l, --level <list>`. */
function flags(row: OptionRow): string {
  const names = [row.short && `-${row.short}`, row.long && `--${row.long}`].filter(Boolean).join(', ');
  if (row.argument === undefined) return names;
  return `${names} ${row.optional ? `[${row.argument}]` : `<${row.argument}>`}`;
}
