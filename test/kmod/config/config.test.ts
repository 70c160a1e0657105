import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyConfig, type ModprobeConfig } from '../../../src/kmod/config/config.ts';
import { parseKernelCommandLine } from '../../../src/kmod/config/config-kernel-command-line.ts';
import { configLines, nextWord } from '../../../src/kmod/config/config-lines.ts';
import { parseConfig } from '../../../src/kmod/config/config-parse.ts';

function parse(text: string): { config: ModprobeConfig; messages: string[] } {
  const config = emptyConfig();
  const messages: string[] = [];
  parseConfig(config, text, 'x.conf', (_place, message) => messages.push(message));
  return { config, messages };
}

describe('a line of configuration', () => {
  it('is joined with the next by a backslash at its end, and has the number of its last physical line', () => {
    expect([...configLines('one \\\ntwo\n#no\n\nthree')]).toEqual([
      { text: 'one two', number: 2 },
      { text: 'three', number: 5 },
    ]);
  });

  it('is a comment only when # is its first character', () => {
    expect([...configLines(' # x\n#y\n')]).toEqual([{ text: ' # x', number: 1 }]);
  });

  it('loses a backslash before any other character', () => {
    expect([...configLines('a\\bc\\\\d\\')]).toEqual([{ text: 'abc\\d', number: 1 }]);
  });

  it('ends at a NUL', () => {
    expect([...configLines('alias a\0b c\n')]).toEqual([{ text: 'alias a', number: 1 }]);
  });
});

describe('nextWord', () => {
  it('takes blanks before and one separator behind the word', () => {
    expect(nextWord(' \toptions  a b')).toEqual({ word: 'options', rest: ' a b' });
  });
});

describe('modprobe.d', () => {
  it.each([
    ['alias', "x.conf line 1: ignoring bad line starting with 'alias'"],
    ['alias a', "x.conf line 1: ignoring bad line starting with 'alias'"],
    ['alias [a b', "x.conf line 1: ignoring bad line starting with 'alias'"],
    ['options a', "x.conf line 1: ignoring bad line starting with 'options'"],
    ['toString a b', "x.conf line 1: ignoring bad line starting with 'toString'"],
    ['include /x', 'x.conf: command include is deprecated and not parsed anymore'],
    ['config x', 'x.conf: command config is deprecated and not parsed anymore'],
  ])('%j is a bad line', (line, message) => {
    expect(parse(line)).toEqual({ config: emptyConfig(), messages: [message] });
  });

  it('makes - an _ in names and patterns, but not inside brackets', () => {
    expect(parse('alias a-[x-z]-b my-mod\nblacklist b-c\n').config).toMatchObject({
      aliases: [{ pattern: 'a_[x-z]_b', module: 'my_mod' }],
      blacklist: ['b_c'],
    });
  });

  it('keeps file and line of a mask', () => {
    expect(parse('\nmask bad-mod\n').config.masks).toEqual([{ module: 'bad_mod', place: { file: 'x.conf', line: 2 } }]);
  });

  it('never fails, whatever the file holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        parse(text);
        parse(`alias ${text}\nsoftdep ${text}\noptions ${text}`);
      }),
    );
  });
});

describe('the kernel command line', () => {
  it.each([
    ['a.b=1 c', [{ module: 'a', text: 'b=1' }]],
    ['a.b', [{ module: 'a', text: 'b' }]],
    ['a-b.c=d-e', [{ module: 'a_b', text: 'c=d-e' }]],
    ['a.b="x y"', [{ module: 'a', text: 'b="x y"' }]],
    ['"a.b=x y"', [{ module: 'a', text: 'b="x y"' }]],
    ['a.b=1.5', [{ module: 'a', text: 'b=1.5' }]],
    ['a.b.c=1', []],
    ['a=b.c', []],
    ['x"a.b=1', []],
    [
      'a.b=1\nc.d=2\n',
      [
        { module: 'a', text: 'b=1' },
        { module: 'c', text: 'd=2' },
      ],
    ],
  ])('%j gives the options %j', (line, options) => {
    const config = emptyConfig();
    parseKernelCommandLine(config, line, () => undefined);
    expect(config.options).toEqual(options);
  });

  it('fills the blacklist', () => {
    const config = emptyConfig();
    parseKernelCommandLine(config, 'modprobe.blacklist=a,b-c', () => undefined);
    expect(config).toEqual({ ...emptyConfig(), blacklist: ['a', 'b-c'] });
  });

  it('never fails, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '.', '=', '"', ' ', '[', ']', ',', '\0') }), (line) => {
        parseKernelCommandLine(emptyConfig(), line, () => undefined);
      }),
    );
  });
});
