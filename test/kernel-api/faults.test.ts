import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { procModules } from '../../src/kernel/files/procfs.ts';
import { deleteModule, finitModule } from '../../src/kernel/syscalls.ts';
import { TaskKilled } from '../../src/kernel/task-killed.ts';
import { boot, commit, INIT } from './faulty-module.ts';

const page = (access: string, code: string, why: string) => [
  '<1>BUG: unable to handle page fault for address: ADDRESS',
  `<1>#PF: supervisor ${access} in kernel mode`,
  `<1>#PF: error_code(0x${code}) - ${why}`,
  `<4>Oops: ${code} [#1] PREEMPT SMP NOPTI`,
];
const IRQS = '<6>note: insmod[80] exited with irqs disabled';

describe('a module that does what it must not', () => {
  const denied = (access: string, code: string) => page(access, code, 'permissions violation');
  const nothing = (access: string, code: string) => page(access, code, 'not-present page');
  test.each([
    [
      'executes data',
      3,
      [
        'SIGKILL oops',
        '<2>kernel tried to execute NX-protected page - exploit attempt? (uid: 0)',
        ...denied('instruction fetch', '0011'),
        INIT,
        IRQS,
      ],
    ],
    ['writes to a constant', 4, ['SIGKILL oops', ...denied('write access', '0003'), INIT, IRQS]],
    ['writes to read-only-after-init data in init', 5, ['goes on']],
    ['writes to its text', 6, ['SIGKILL oops', ...denied('write access', '0003'), INIT, IRQS]],
    ['frees its own data', 8, ['SIGKILL oops', ...nothing('read access', '0000'), INIT, IRQS]],
    ['jumps to nowhere', 11, ['SIGKILL oops', ...nothing('instruction fetch', '0010'), INIT, IRQS]],
    ['runs over an area of vmalloc', 14, ['SIGKILL oops', ...nothing('write access', '0002'), INIT, IRQS]],
    ['frees an area of vmalloc', 18, ['SIGKILL oops', ...nothing('read access', '0000'), INIT, IRQS]],
    [
      'follows a list poison',
      24,
      [
        'SIGSEGV oops',
        '<4>general protection fault, probably for non-canonical address 0xdead000000000100: 0000 [#1] PREEMPT SMP NOPTI',
        INIT,
      ],
    ],
    [
      'frees an object twice',
      17,
      [
        'SIGSEGV oops',
        '<4>------------[ cut here ]------------',
        '<2>kernel BUG at mm/slub.c:419!',
        '<4>invalid opcode: 0000 [#1] PREEMPT SMP NOPTI',
        INIT,
      ],
    ],
    [
      'frees large memory twice',
      19,
      [
        'goes on',
        '<4>------------[ cut here ]------------',
        '<4>WARNING: CPU: 0 PID: 80 at mm/slab_common.c:904 free_large_kmalloc+0x3c/0x70',
        INIT,
        '<4>object pointer: 0x(____ptrval____)',
      ],
    ],
    ['asks for usable sizes', 21, ['goes on', '<6>ksize 64 96 16384 8']],
    [
      'frees an area twice',
      25,
      [
        'goes on',
        '<4>------------[ cut here ]------------',
        '<3>Trying to vfree() nonexistent vm area ((____ptrval____))',
        '<4>WARNING: CPU: 0 PID: 80 at mm/vmalloc.c:2758 __vunmap+0x7e/0x340',
        INIT,
      ],
    ],
  ])('%s', (_what, number, lines) => {
    expect(commit(number)).toEqual(lines);
  });
});

describe('the kernel stack', () => {
  test('running over it hits the guard page, in which the machine panics', () => {
    const [ends, first, second, ...rest] = commit(1);
    expect([ends, first, second, new Set(rest.slice(0, -3)).size, ...rest.slice(-3)]).toEqual([
      'SIGKILL panic',
      '<0>BUG: TASK stack guard page was hit at (____ptrval____) (stack is (____ptrval____)..(____ptrval____))',
      '<4>stack guard page: 0000 [#1] PREEMPT SMP NOPTI',
      1,
      INIT,
      '<0>Kernel panic - not syncing: Fatal exception in interrupt',
      '<0>Kernel Offset: disabled',
    ]);
  });

  test('its canary is looked at', () => {
    const place = 'smash.constprop.0+0x4a/0x53 [kb_fault]';
    expect(commit(2)).toEqual([
      'SIGKILL panic',
      `<0>Kernel panic - not syncing: stack-protector: Kernel stack is corrupted in: ${place}`,
      `<4> ${place}`,
      '<0>Kernel Offset: disabled',
    ]);
  });
});

test('code that never returns ends with its budget, and the module stays as it was', () => {
  const kernel = boot('', 1_000_000);
  expect(commit(27, '', kernel)).toEqual([
    'SIGKILL budget',
    '<0>watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [insmod:80]',
    INIT,
  ]);
  const [module] = kernel.modules;
  expect([module!.state, deleteModule(kernel, 'kb_fault', 0, { uid: 0 }), kernel.taint]).toEqual(['COMING', 16, 28672]);
});

test('a module whose exit dies stays as it was: going, without references', () => {
  const kernel = boot();
  const bad = new Uint8Array(readFileSync(new URL('../behaviour/modules/gt_bad.ko', import.meta.url)));
  finitModule(kernel, bad, 'mode=11', 0, { uid: 0 });
  expect(() => deleteModule(kernel, 'gt_bad', 0, { uid: 0 })).toThrow(TaskKilled);
  expect(procModules(kernel)).toMatch(/^gt_bad 16384 -1 - Unloading 0x\w+ \(OE-\)$/m);
});

test('the registers of the first death stand at the end of every report', () => {
  const kernel = boot();
  const first = commit(4, '', kernel);
  Object.assign(kernel.modules[0]!, { name: 'dead' });
  kernel.log.length = 0;
  commit(13, '', kernel);
  const rip = kernel.log.map(({ text }) => text).filter((text) => text.startsWith('CR2: ') && text.includes('CR3'));
  expect(first[0]).toBe('SIGKILL oops');
  expect(rip.map((line) => line.slice(5, 21))).toEqual(['0000000000000018', 'ffffffffc0202140']);
});
