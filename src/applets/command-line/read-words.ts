import type { AppletContext } from '../applet.ts';
import { type CommandLine, helpText, type OptionRow, type ParsedWords, parseWords } from './getopt.ts';
import { InputError } from './input-error.ts';

const HELP: OptionRow = { short: 'h', long: 'help', help: 'show this help' };

/** How many operands a command takes. */
type OperandCount = readonly [least: number, most: number];

/** The words of a command with options, `--help` among them; undefined when help was asked for and shown. Raises InputError. */
export async function readWords(
  context: AppletContext,
  line: CommandLine,
  words: readonly string[],
  [least, most]: OperandCount,
): Promise<ParsedWords | undefined> {
  const withHelp = { ...line, rows: [...line.rows, HELP] };
  const parsed = parseWords(withHelp, words);
  if ('error' in parsed) throw new InputError(parsed.error);
  if (parsed.options['help']) {
    context.stdout.write(await helpText(withHelp));
    return undefined;
  }
  const { length } = parsed.operands;
  if (length < least || length > most) throw new InputError(`usage: ${line.name} ${line.usage}`);
  return parsed;
}
