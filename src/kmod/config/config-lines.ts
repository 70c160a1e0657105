/** One logical line of a configuration file. */
export interface ConfigLine {
  readonly text: string;
  /** The number of its last physical line, from 1: what messages name. */
  readonly number: number;
}

/** What stands for itself, then what does not. */
const PARTS = /([^\n\\]*)(\n|\\[\s\S]?|$)/g;

/**
 * The logical lines of a modprobe.d or depmod.d file: `\` and a line end join two lines, `\x` is `x` (kmod:
 * `freadline_wrapped`). Empty lines and lines whose first character is `#` are left out. A NUL ends its line's text.
 */
export function* configLines(text: string): Generator<ConfigLine> {
  let number = 0;
  let line = '';
  for (const [, plain = '', special = ''] of text.matchAll(PARTS)) {
    line += plain;
    if (special === '\n') {
      number++;
      yield* finished(line, number);
      line = '';
    } else if (special === '\\\n') number++;
    else line += special.slice(1);
  }
  if (line !== '') yield* finished(line, number + 1);
}

function* finished(line: string, number: number): Generator<ConfigLine> {
  const end = line.indexOf('\0');
  const text = end < 0 ? line : line.slice(0, end);
  if (text !== '' && text[0] !== '#') yield { text, number };
}

/** strtok_r(3) over blanks and tabs: the first word and what follows the one separator behind it. */
export function nextWord(text: string): { readonly word: string | undefined; readonly rest: string } {
  const match = /^[\t ]*([^\t ]+)[\t ]?/.exec(text);
  return match === null ? { word: undefined, rest: '' } : { word: match[1], rest: text.slice(match[0].length) };
}
