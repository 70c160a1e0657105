import { describe, expect, test } from 'vitest';
import { type CommandLine, parseWords } from '../../../src/applets/command-line/getopt.ts';

const LINE: CommandLine = {
  name: 'tool',
  usage: '[options]',
  summary: '',
  rows: [
    { short: 'r', long: 'raw', help: '' },
    { short: 'l', long: 'level', argument: 'list', help: '' },
    { short: 'L', long: 'color', argument: 'when', optional: true, help: '' },
    { long: 'console-on', help: '' },
    { long: 'console-off', help: '' },
  ],
};

describe('A command line', () => {
  test.each<[string[], object, string[]]>([
    [[], {}, []],
    [['a', '-'], {}, ['a', '-']],
    [['-r', 'a'], { raw: true }, ['a']],
    [['a', '-r'], { raw: true }, ['a']],
    [['-rl', 'err'], { raw: true, level: 'err' }, []],
    [['-lerr'], { level: 'err' }, []],
    [['--lev=err'], { level: 'err' }, []],
    [['--level', '--raw'], { level: '--raw' }, []],
    [['--', '-r'], {}, ['-r']],
    [['-L', 'a'], { color: true }, ['a']],
    [['-Lauto'], { color: 'auto' }, []],
    [['--color', 'a'], { color: true }, ['a']],
    [['--color=auto'], { color: 'auto' }, []],
    [['-la', '--level=b'], { level: 'b' }, []],
  ])('%j', (words, options, operands) => {
    expect(parseWords(LINE, words)).toEqual({ options, operands });
  });

  test.each([
    [['-z'], "invalid option -- 'z'"],
    [['-rz'], "invalid option -- 'z'"],
    [['--zoo'], "unrecognized option '--zoo'"],
    [['--console'], "option '--console' is ambiguous; possibilities: '--console-on' '--console-off'"],
    [['--raw=1'], "option '--raw' doesn't allow an argument"],
    [['-l'], "option requires an argument -- 'l'"],
  ])('%j is wrong: %s', (words, error) => {
    expect(parseWords(LINE, words)).toEqual({ error });
  });
});
