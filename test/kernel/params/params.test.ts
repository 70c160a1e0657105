import { describe, expect, test } from 'vitest';
import { getParameter } from '../../../src/kernel/params/params.ts';
import { load, sample, warmKernel } from '../load-support.ts';

const parameters = sample('parameters/parameters');

function loaded(args: string) {
  const kernel = warmKernel();
  const { errno, log } = load(kernel, parameters, args);
  const module = kernel.modules[0];
  const value = (name: string) =>
    module && getParameter(kernel, module, module.parameters.find((parameter) => parameter.name === name)!);
  return { kernel, errno, log, value };
}

test.each([
  ['a_byte=255', 'a_byte', '255\n'],
  ['a-byte=0x10', 'a_byte', '16\n'],
  ['a_short=-32768', 'a_short', '-32768\n'],
  ['a_ulong=18446744073709551615', 'a_ulong', '18446744073709551615\n'],
  ['a_hexint=255', 'a_hexint', '0x0000ff\n'],
  ['a_bool', 'a_bool', 'Y\n'],
  ['a_bool=off', 'a_bool', 'N\n'],
  ['bint=y', 'bint', '1\n'],
  ['not_flag=1', 'not_flag', 'Y\n'],
  ['a_charp="two words"', 'a_charp', 'two words\n'],
  ['text=abc', 'text', 'abc\n'],
  ['numbers=1,-2,3', 'numbers', '1,-2,3\n'],
])('%s is read back as the kernel shows it', (args, name, text) => {
  const { errno, log, value } = loaded(args);
  expect({ errno, log, text: value(name) }).toEqual({ errno: 0, log: [], text });
});

describe('what is wrong with an argument', () => {
  test.each([
    ['a_byte=256', 34, ["<3>parameters: `256' invalid for parameter `a_byte'"]],
    ['a_uint=-1', 22, ["<3>parameters: `-1' invalid for parameter `a_uint'"]],
    ['an_int', 22, ["<3>parameters: `' invalid for parameter `an_int'"]],
    ['numbers=1,x,3', 22, ["<3>parameters: `1' invalid for parameter `numbers'"]],
    [
      `a_charp=${'0'.repeat(1025)}`,
      28,
      [
        '<3>a_charp: string parameter too long',
        `<3>parameters: \`${'0'.repeat(1025)}' too large for parameter \`a_charp'`.slice(0, 989 + 3),
      ].slice(0, 2),
    ],
    [
      'an_int=x a_byte=y',
      22,
      ["<3>parameters: `x' invalid for parameter `an_int'", "<3>parameters: `y' invalid for parameter `a_byte'"],
    ],
  ])('%s', (args, errno, log) => {
    expect(loaded(args)).toMatchObject({ errno, log });
  });

  test('an unknown one is told and stops nothing', () => {
    const { errno, log } = loaded('nosuch=1 foo.bar=2 async_probe');
    expect({ errno, log }).toEqual({
      errno: 0,
      log: ["<4>parameters: unknown parameter 'nosuch' ignored", "<4>parameters: unknown parameter 'foo' ignored"],
    });
  });

  test('what follows -- is told and stops nothing', () => {
    expect(loaded('an_int=1 -- x=1').log).toEqual(["<4>parameters: parameters 'x=1' after `--' ignored"]);
  });

  test('names of JavaScript are unknown like any other', () => {
    expect(loaded('__proto__=1 constructor').log).toEqual([
      "<4>parameters: unknown parameter '__proto__' ignored",
      "<4>parameters: unknown parameter 'constructor' ignored",
    ]);
  });
});

test('a dangerous option taints', () => {
  const { kernel, log } = loaded('risky=1');
  expect(log).toEqual(['<5>Setting dangerous option risky - tainting kernel']);
  expect(kernel.taint & 64).toBe(64);
});

test.each([
  ['dyndbg=+p', []],
  ['dyndbg=junk', ['<3>dyndbg: bad flag-op j, at start of junk', '<3>dyndbg: flags parse failed']],
  ['dyndbg="nokw x +p"', ['<3>dyndbg: unknown keyword "nokw"', '<3>dyndbg: query parse failed']],
  ['dyndbg="file a line 5-3 =_"', ['<3>dyndbg: last-line:3 < 1st-line:5', '<3>dyndbg: query parse failed']],
])('the query %s is answered by dynamic debug', (args, log) => {
  expect(loaded(args)).toMatchObject({ errno: 0, log });
});
