import { describe, expect, it } from 'vitest';
import { getoptLong, type OptionTable } from '../../../src/applets/command-line/getopt-long.ts';

const TABLE: OptionTable = {
  short: 'abC:',
  long: [
    { name: 'all', takesValue: false, id: 'a' },
    { name: 'show', takesValue: false, id: 's' },
    { name: 'show-config', takesValue: false, id: 'c' },
    { name: 'showconfig', takesValue: false, id: 'c' },
    { name: 'show-depends', takesValue: false, id: 'D' },
    { name: 'config', takesValue: true, id: 'C' },
  ],
};

const option = (id: string, value = '') => ({ id, value });

describe('getoptLong', () => {
  it.each([
    [['x', '-a', 'y'], [option('a')], ['x', 'y']],
    [['-ab'], [option('a'), option('b')], []],
    [['-aCfile', 'x'], [option('a'), option('C', 'file')], ['x']],
    [['-C', '-a'], [option('C', '-a')], []],
    [['--config=f', '--config', 'g'], [option('C', 'f'), option('C', 'g')], []],
    [['--config='], [option('C', '')], []],
    [['--al'], [option('a')], []],
    [['--show'], [option('s')], []],
    [['--showc'], [option('c')], []],
    [['-a', '--', '-b'], [option('a')], ['-b']],
    [['-'], [], ['-']],
    [[''], [], ['']],
  ])('%j', (words, options, operands) => {
    expect(getoptLong(words, TABLE)).toEqual({ options, operands });
  });

  it.each([
    [['-x'], "invalid option -- 'x'"],
    [['-:'], "invalid option -- ':'"],
    [['--nosuch'], "unrecognized option '--nosuch'"],
    [['--nosuch=1'], "unrecognized option '--nosuch=1'"],
    [['--all=1'], "option '--all' doesn't allow an argument"],
    [['--config'], "option '--config' requires an argument"],
    [['-C'], "option requires an argument -- 'C'"],
    [['--show-'], "option '--show-' is ambiguous; possibilities: '--show-config' '--show-depends'"],
  ])('%j is wrong in the words of glibc', (words, message) => {
    expect(getoptLong(words, TABLE)).toEqual({ options: [{ id: '?', message }], operands: [] });
  });

  it('stops at the first operand when the table says so', () => {
    expect(getoptLong(['-a', 'x', '-b'], { ...TABLE, short: '+ab' })).toEqual({
      options: [option('a')],
      operands: ['x', '-b'],
    });
  });
});
