import { Command, CommanderError, Option } from 'commander';
import type { CommandLine, OptionRow, ParsedWords } from './getopt.ts';

/** The command line as commander takes it. */
export function describeCommand(line: CommandLine): Command {
  const command = new Command(line.name)
    .description(line.summary)
    .usage(line.usage)
    .helpOption(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  for (const row of line.rows) command.addOption(describeOption(row));
  return command;
}

/** {@link parseWords} once a word looks like an option. */
export function parseWithCommander(line: CommandLine, words: readonly string[]): ParsedWords | { error: string } {
  const completed = completeLongNames(line.rows, words);
  if ('error' in completed) return completed;
  const command = describeCommand(line).argument('[operand...]');
  try {
    command.parse(completed.words, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return { error: complaint(error) };
    throw error;
  }
  return { options: command.opts(), operands: command.args };
}

function describeOption(row: OptionRow): Option {
  const names = [row.short && `-${row.short}`, row.long && `--${row.long}`].filter(Boolean).join(', ');
  const argument = row.argument === undefined ? '' : row.optional ? ` [${row.argument}]` : ` <${row.argument}>`;
  const option = new Option(names + argument, row.help);
  const key = row.long ?? row.short!;
  option.attributeName = () => key;
  if (row.repeatable) option.argParser((value: string, before: string[] = []) => [...before, value]);
  return option;
}

/** getopt_long takes any beginning of a long name that only one option has. */
function completeLongNames(
  rows: readonly OptionRow[],
  words: readonly string[],
): { words: string[] } | { error: string } {
  const end = words.indexOf('--');
  const result = [...words];
  for (let index = 0; index < (end < 0 ? words.length : end); index++) {
    const match = /^--([^=]+)(=.*)?$/s.exec(words[index]!);
    if (!match || takesNextWord(rows, words[index - 1])) continue;
    const found = completeLongName(rows, match[1]!, match[2] ?? '');
    if (found.error !== undefined) return { error: found.error };
    result[index] = found.word;
  }
  return { words: result };
}

/** Whether `word` is an option whose argument is the word after it. */
function takesNextWord(rows: readonly OptionRow[], word: string | undefined): boolean {
  if (word === undefined || !word.startsWith('-') || word.includes('=')) return false;
  const row = word.startsWith('--')
    ? rows.find((each) => each.long === word.slice(2))
    : rows.find((each) => each.short === word.at(-1));
  return row?.argument !== undefined && !row.optional;
}

function completeLongName(rows: readonly OptionRow[], name: string, value: string): { word: string; error?: string } {
  const longNames = rows.flatMap((row) => (row.long === undefined ? [] : [row]));
  const exact = longNames.find((row) => row.long === name);
  const matches = exact ? [exact] : longNames.filter((row) => row.long!.startsWith(name));
  const word = `--${name}${value}`;
  if (matches.length > 1) {
    const list = matches.map((row) => ` '--${row.long}'`).join('');
    return { word, error: `option '${word}' is ambiguous; possibilities:${list}` };
  }
  const row = matches[0];
  if (row === undefined) return { word, error: `unrecognized option '${word}'` };
  if (value !== '' && row.argument === undefined)
    return { word, error: `option '--${row.long}' doesn't allow an argument` };
  return { word: `--${row.long}${value}` };
}

/** commander's errors in getopt's words. */
function complaint(error: CommanderError): string {
  const flags = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  if (error.code === 'commander.optionMissingArgument') {
    const long = /--[^ ,]+/.exec(flags)?.[0];
    const short = /^-([^-])/.exec(flags)?.[1];
    return short === undefined ? `option '${long}' requires an argument` : `option requires an argument -- '${short}'`;
  }
  return `invalid option -- '${flags[1] ?? ''}'`;
}
