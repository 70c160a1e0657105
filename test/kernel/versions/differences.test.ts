import { describe, expect, it } from 'vitest';
import { createKernel } from '../../../src/kernel/create-kernel.ts';
import { procModules } from '../../../src/kernel/files/procfs.ts';
import type { Kernel } from '../../../src/kernel/kernel.ts';
import { dieWords } from '../../../src/kernel/log/die-words.ts';
import { printTask } from '../../../src/kernel/log/dump-stack.ts';
import { KERN, printk } from '../../../src/kernel/log/printk.ts';
import { debugLocksOff, printTainted, printTaintedVerbose } from '../../../src/kernel/log/taint.ts';
import { skippingRunner } from '../../../src/kernel/skipping-runner.ts';
import { finitModule, initModule } from '../../../src/kernel/syscalls.ts';
import { openDefaultProfile } from '../../../src/profile/open-profile.ts';
import { rebuildModule } from '../../support/rebuild-module.ts';
import { scenarioFileBytes } from '../../support/scenario-files.ts';
import { factsProfile } from './facts-profile.ts';

const ROOT = { uid: 0 };
const PROFILES = { '5.10': factsProfile('5.10'), '6.1': openDefaultProfile(), '6.12': factsProfile('6.12') };
type Series = keyof typeof PROFILES;

function boot(series: Series, clock: () => number = () => 0, lockdown: 'none' | 'integrity' = 'none'): Kernel {
  return createKernel(PROFILES[series], skippingRunner, clock, { options: { lockdown } });
}

const hello = (series: Series): Uint8Array =>
  new Uint8Array(rebuildModule(scenarioFileBytes('hello'), PROFILES[series]));

const lines = (kernel: Kernel): string[] => kernel.log.map(({ level, text }) => `<${level}>${text}`);

describe('memory of a module by type, from 6.4 on', () => {
  const kernel = boot('6.12');
  initModule(kernel, hello('6.12'), '', ROOT);
  const module = kernel.modules[0]!;
  const page = (address: number): string => (BigInt.asUintN(64, BigInt(address)) >> 12n).toString(16);

  it('is what /proc/modules counts, without guard pages, at the place of the text', () => {
    expect(procModules(kernel)).toBe('hello 12288 0 - Live 0xffffffffc0201000 (OE)\n');
  });

  it.each([
    ['.exit.text', 'ffffffffc0201'],
    ['.gnu.linkonce.this_module', 'ffffffffc0203'],
    ['.rodata.str1.1', 'ffffffffc0205'],
    ['.init.text', 'ffffffffc0207'],
    ['.symtab', 'ffffffffc0209'],
  ])('has %s at page %s', (name, expected) => {
    expect(page(module.sections.find((section) => section.name === name)!.address)).toBe(expected);
  });

  it('is protected by type, with holes between', () => {
    const found = kernel.memory.mappings.filter(({ name }) => name.startsWith('hello'));
    expect(found.map(({ base, name, permissions }) => [page(base), name, permissions])).toEqual([
      ['ffffffffc0201', 'hello text', { read: true, write: false, execute: true }],
      ['ffffffffc0203', 'hello data', { read: true, write: true, execute: false }],
      ['ffffffffc0205', 'hello rodata', { read: true, write: false, execute: false }],
    ]);
  });

  it('stands in mod->mem[]', () => {
    const mem = PROFILES['6.12'].layout('module')!.offsetOf('mem')!;
    const at = (index: number) => module.thisModule + mem + 72 * index;
    const parts = [0, 1, 2, 3].map((i) => [page(kernel.memory.readPointer(at(i))), kernel.memory.readU32(at(i) + 8)]);
    expect(parts).toEqual([
      ['ffffffffc0201', 4096],
      ['ffffffffc0203', 4096],
      ['ffffffffc0205', 4096],
      ['0', 0],
    ]);
  });
});

describe('what lockdown says', () => {
  const line = '<5>Lockdown: sh: unsigned module loading is restricted; see man kernel_lockdown.7';

  function refused(series: Series, times: number): string[] {
    let now = 0;
    const kernel = boot(series, () => now, 'integrity');
    kernel.current = { comm: 'sh', pid: 1 };
    for (let i = 0; i < times; i++) initModule(kernel, hello(series), '', ROOT);
    now = 5_000_001;
    initModule(kernel, hello(series), '', ROOT);
    return lines(kernel);
  }

  it('is said ten times in five seconds, then how often it was not', () => {
    const after = ['<4>lockdown_is_locked_down: 2 callbacks suppressed', line];
    expect(refused('6.1', 12)).toEqual([...Array<string>(10).fill(line), ...after]);
  });

  it('is said each time before 6.1', () => {
    expect(refused('5.10', 12)).toEqual(Array(13).fill(line));
  });
});

describe('words by version', () => {
  it.each([
    ['5.10', 989],
    ['6.1', 989],
    ['6.12', 1021],
  ] as const)('%s keeps %d bytes of a message', (series, length) => {
    const kernel = boot(series);
    printk(kernel, KERN.INFO, 'x'.repeat(2000));
    expect(kernel.log[0]!.text.length).toBe(length);
  });

  it.each([
    ['5.10', ['CPU: 0 PID: 7 Comm: sh Tainted: G           OE     5.10.0-32-amd64 #1 Debian 5.10.223-1']],
    ['6.1', ['CPU: 0 PID: 7 Comm: sh Tainted: G           OE      6.1.0-56-amd64 #1  Debian 6.1.192-2']],
    [
      '6.12',
      [
        'CPU: 0 UID: 0 PID: 7 Comm: sh Tainted: G           OE      6.12.107+deb13-amd64 #1  Debian 6.12.107-1',
        'Tainted: [O]=OOT_MODULE, [E]=UNSIGNED_MODULE',
      ],
    ],
  ] as const)('%s begins a stack dump with the task', (series, expected) => {
    const kernel = boot(series);
    kernel.current = { comm: 'sh', pid: 7 };
    kernel.taint = 0x3000;
    printTask(kernel);
    expect(kernel.log.map(({ text }) => text)).toEqual(expected);
  });

  it.each([
    ['5.10', ' SMP NOPTI'],
    ['6.1', ' PREEMPT SMP NOPTI'],
    ['6.12', ' PREEMPT SMP NOPTI'],
  ] as const)('%s says how it was built when it oopses', (series, expected) => {
    expect(dieWords(boot(series))).toBe(expected);
  });

  it('an oops has switched lock debugging off: no taint says so any more', () => {
    const kernel = boot('6.12');
    debugLocksOff(kernel);
    const image = scenarioFileBytes({ base: 'hello', steps: [['modinfo', 'license', 'MIT']] });
    initModule(kernel, new Uint8Array(rebuildModule(image, PROFILES['6.12'])), '', ROOT);
    expect(lines(kernel)).not.toContain('<4>Disabling lock debugging due to kernel taint');
    expect([printTainted(kernel), printTaintedVerbose(kernel)]).toEqual([
      'Tainted: P           OE     ',
      'Tainted: [P]=PROPRIETARY_MODULE, [O]=OOT_MODULE, [E]=UNSIGNED_MODULE',
    ]);
  });
});

describe('finit_module of a file that came as compressed', () => {
  it.each([
    ['5.10', 22, []],
    ['6.1', 95, []],
    ['6.12', 22, ['<3>not an xz compressed module']],
  ] as const)('%s answers %d', (series, errno, log) => {
    const kernel = boot(series);
    expect([finitModule(kernel, hello(series), '', 4, ROOT), lines(kernel)]).toEqual([errno, log]);
  });
});
