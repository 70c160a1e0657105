/**
 * The words of `MODPROBE_OPTIONS`, which stand before those of the command line: split at each blank (so that two in a
 * row make an empty word), quotes taken away (kmod: `prepend_options_from_env`).
 */
export function wordsOfEnvironment(text: string): string[] {
  const words: string[] = [];
  let word = '';
  let raw = '';
  let quote: string | undefined;
  let startsQuoted = false;
  const finish = (value: string) => {
    words.push(value);
    word = '';
    raw = '';
  };
  for (const char of text) {
    if (quote === undefined && char === ' ') {
      finish(word);
      continue;
    }
    raw += char;
    if (quote === undefined && (char === '"' || char === "'")) {
      startsQuoted = raw.length === 1;
      quote = char;
    } else if (char === quote) {
      quote = undefined;
      if (startsQuoted) finish(word);
      else raw = word;
    } else word += char;
  }
  if (raw !== '') words.push(quote === undefined ? word : raw);
  return words;
}

/** Module parameters from operands: a value that holds a blank is quoted (kmod: `options_from_array`). */
export function parametersOfOperands(operands: readonly string[]): string | undefined {
  if (operands.length === 0) return undefined;
  return operands.map(quoteValue).join(' ');
}

function quoteValue(operand: string): string {
  const equals = operand.indexOf('=');
  const value = operand.slice(equals + 1);
  if (equals < 0 || /^["']/.test(value) || !value.includes(' ')) return operand;
  return `${operand.slice(0, equals + 1)}"${value}"`;
}
