/**
 * The lines of a configuration file as busybox reads them: `#` starts a comment anywhere, `\` at the end joins lines,
 * the last of `count` words takes the rest. A line of fewer than `least` words is reported (busybox: `config_read`).
 */
export function* busyboxConfigLines(
  contents: string,
  count: number,
  least: number,
  report: (text: string) => void,
): Generator<readonly string[]> {
  const lines = contents.split('\n');
  for (let number = 0; number < lines.length; number++) {
    let line = lines[number]!;
    while (line.endsWith('\\') && number + 1 < lines.length) line = line.slice(0, -1) + lines[++number]!;
    const text = line.replace(/#.*/s, '').replace(/^[ \t]+|[ \t]+$/g, '');
    if (text === '') continue;
    const words = splitWords(text, count);
    if (words.length >= least) yield words;
    else report(`bad line ${number + 1}: ${words.length} tokens found, ${least} needed`);
  }
}

function splitWords(text: string, count: number): string[] {
  const words: string[] = [];
  let rest = text;
  while (rest !== '' && words.length < count - 1) {
    const word = /^[^ \t]+/.exec(rest)![0];
    words.push(word);
    rest = rest.slice(word.length).replace(/^[ \t]+/, '');
  }
  return rest === '' ? words : [...words, rest];
}

/** `module.option=value` words of the kernel command line for one module; quotes keep blanks together. */
export function commandLineOptions(commandLine: string, module: string): string[] {
  const words = commandLine.split('\0')[0]!.match(/(?:[^"\n\t ]*"[^"]*"?|[^"\n\t ]+)/g) ?? [];
  return words
    .filter((word) => word.startsWith(`${module}.`))
    .map((word) => word.slice(module.length + 1))
    .filter((word) => word.includes('='));
}
