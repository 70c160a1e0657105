import { describe, expect, it } from 'vitest';
import { encodeConfig } from '../../src/profile/container/config-table.ts';
import { configIdentity, configMachine } from '../../src/profile/import/config-identity.ts';
import { parseSymvers } from '../../src/profile/import/symvers.ts';

describe('Module.symvers', () => {
  it.each([
    [
      'of Linux 5.7 and later',
      '0x0000000a\tf\tvmlinux\tEXPORT_SYMBOL_GPL\tNS',
      { name: 'f', crc: 10, gplOnly: true, namespace: 'NS' },
    ],
    [
      'of Linux 5.4 to 5.6',
      '0x0000000a\tf\tNS\tvmlinux\tEXPORT_SYMBOL',
      { name: 'f', crc: 10, gplOnly: false, namespace: 'NS' },
    ],
    [
      'before Linux 5.4',
      '0x0000000a\tf\tvmlinux\tEXPORT_SYMBOL',
      { name: 'f', crc: 10, gplOnly: false, namespace: '' },
    ],
    ['with a symbol of a module', '0x0000000a\tf\tfs/x\tEXPORT_SYMBOL\t', undefined],
    ['with a CRC that is none', 'ten\tf\tvmlinux\tEXPORT_SYMBOL\t', undefined],
    ['with too few fields', '0x0000000a\tf', undefined],
  ])('%s gives its row', (_what, line, row) => {
    expect(parseSymvers(`${line}\n`)).toEqual(row ? [row] : []);
  });
});

describe('a configuration', () => {
  it.each([
    [
      ['X86_64', 'SMP', 'PREEMPT_BUILD', 'MODULE_UNLOAD', 'MODVERSIONS'],
      '6.1.0 SMP preempt mod_unload modversions ',
      'x86_64',
      8,
    ],
    [['ARM64', 'SMP', 'PREEMPT_RT', 'PREEMPT_BUILD'], '6.1.0 SMP preempt_rt aarch64', 'aarch64', 8],
    [['X86_32'], '6.1.0 ', 'i686', 4],
    [['ARM'], '6.1.0 ', 'armv7l', 4],
  ])('with %j is of a kernel with vermagic %j', (options, vermagic, machine, pointerSize) => {
    const config = encodeConfig(options.map((option) => `CONFIG_${option}=y\n`).join(''));
    expect(configIdentity('6.1.0', config).vermagic).toBe(vermagic);
    expect(configMachine(config)).toEqual({ machine, pointerSize });
  });
});
