import type { AppletContext } from '../applet.ts';
import { type CommandLine, helpText, type OptionRow, type ParsedWords, parseWords } from '../getopt.ts';
import { InputError } from '../input-error.ts';

const HELP: OptionRow = { short: 'h', long: 'help', help: 'show this help' };

/**
 * The words of `kernel VERB`, with as many operands as `count` allows; undefined when help was asked for and shown.
 * Raises InputError.
 */
export async function readWords(
  context: AppletContext,
  line: CommandLine,
  words: readonly string[],
  count: readonly [least: number, most: number],
): Promise<ParsedWords | undefined> {
  const withHelp = { ...line, rows: [...line.rows, HELP] };
  const parsed = parseWords(withHelp, words);
  if ('error' in parsed) throw new InputError(parsed.error);
  if (parsed.options['help']) {
    context.stdout.write(await helpText(withHelp));
    return undefined;
  }
  const { length } = parsed.operands;
  if (length < count[0] || length > count[1]) throw new InputError(`usage: ${line.name} ${line.usage}`);
  return parsed;
}

/** The value of an option that takes one; undefined when it was not given. */
export function optionValue(words: ParsedWords, option: string): string | undefined {
  const value = words.options[option];
  return typeof value === 'string' ? value : undefined;
}
