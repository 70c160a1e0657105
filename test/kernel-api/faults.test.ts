import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { makeGuestRunner } from '../../src/applets/guest-runner.ts';
import { bootKernel } from '../../src/kernel/boot.ts';
import { procModules } from '../../src/kernel/files/procfs.ts';
import { deleteModule, finitModule } from '../../src/kernel/syscalls.ts';
import { TaskKilled } from '../../src/kernel/task-killed.ts';
import { openDefaultProfile } from '../../src/profile/open-profile.ts';

const profile = openDefaultProfile();
const image = new Uint8Array(readFileSync(new URL('modules/kb_fault.ko', import.meta.url)));

function boot(commandLine = '', budget?: number) {
  const current = { comm: 'insmod', pid: 80 };
  return bootKernel(profile, commandLine, makeGuestRunner(budget), () => 0, { current });
}

/** Has the module do the wrong thing `number`: how the command ended, and the lines that it left. */
function commit(number: number, commandLine = '', kernel = boot(commandLine)): string[] {
  let ends = 'goes on';
  try {
    finitModule(kernel, image, `mode=${number}`, 0, { uid: 0 });
  } catch (error) {
    if (!(error instanceof TaskKilled)) throw error;
    ends = `${error.signal} ${error.cause}`;
  }
  const from = kernel.log.findIndex(({ text }) => text.includes('module verification failed')) + 1;
  return [ends, ...kernel.log.slice(from).flatMap(({ level, text }) => telling(`<${level}>${text}`))];
}

/** Lines of a dump and of the end of every report. */
const DUMP =
  /^<\d>(R[A-Z0-9]{2}:|FS:|CS:|CR2:|Code|RSP|CPU:|Call Trace| <\/?TASK>|Modules linked|---\[ end|Slab |={77}|-{77})/;
const PAGE_TABLES = /^<6>PGD/;
const EMPTY_BYTES = /^<3>(Redzone|Object) .*: (00|cc|bb)( \2)* {2}/;

/** The kernel's own functions on the way to the module and back: `test/behaviour` compares them. */
const WAY =
  /^<4> (do_one_initcall|do_init_module|__do_sys_finit_module|do_syscall_64|entry_SYSCALL_64_after_hwframe|dump_stack_lvl|panic)\+/;

function telling(line: string): string[] {
  if (DUMP.test(line) || WAY.test(line) || PAGE_TABLES.test(line) || EMPTY_BYTES.test(line)) return [];
  return [line.replace(/\b(0x)?ffff[0-9a-f]{12}\b|0x0{16}/g, 'ADDRESS')];
}

const page = (access: string, code: string, why: string) => [
  '<1>BUG: unable to handle page fault for address: ADDRESS',
  `<1>#PF: supervisor ${access} in kernel mode`,
  `<1>#PF: error_code(0x${code}) - ${why}`,
  `<4>Oops: ${code} [#1] PREEMPT SMP NOPTI`,
];
const from = (place: string) => `<4> ${place} [kb_fault]`;
const INIT = from('kb_init+0x14/0x1000');
const IRQS = '<6>note: insmod[80] exited with irqs disabled';
const LOCKDEP = '<4>Disabling lock debugging due to kernel taint';
const bug = (what: string) => `<3>BUG kmalloc-64 (Tainted: G           OE     ): ${what}`;
const fix = (what: string) => `<3>FIX kmalloc-64: ${what}`;

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

describe('a damaged heap is named in the words of slub_debug', () => {
  const allocated = (place: string) => `<3>Allocated in wrong+${place} [kb_fault] age=0 cpu=0 pid=80`;
  const freed = (place: string) => `<3>Freed in wrong+${place} [kb_fault] age=0 cpu=0 pid=80`;
  const bytes = (offset: number, expected: string) =>
    `<3>ADDRESS-ADDRESS @offset=${offset}. First byte 0x78 instead of 0x${expected}`;
  const object = () => '<3>Object ADDRESS @offset=64 fp=ADDRESS\n';
  const places = (lines: readonly string[]) => lines.map((line) => line.replace(/wrong\+0x\w+\/0x\w+/, 'wrong+PLACE'));
  const poison = (line: string) => /^<3>Object +ADDRESS: 6b/.test(line);

  test.each([
    [
      'kfree within an object',
      7,
      ['goes on', bug('Invalid object pointer ADDRESS'), INIT, LOCKDEP, fix('Object at ADDRESS not freed')],
    ],
    [
      'kfree of an object that is free',
      10,
      [
        'goes on',
        bug('Object already free'),
        allocated('PLACE'),
        freed('PLACE'),
        object(),
        INIT,
        LOCKDEP,
        fix('Object at ADDRESS not freed'),
      ],
    ],
    [
      'a write behind an object',
      15,
      [
        'goes on',
        bug('Right Redzone overwritten'),
        bytes(128, 'cc'),
        allocated('PLACE'),
        object(),
        '<3>Redzone  ADDRESS: cc cc cc cc 78 cc cc cc cc cc cc cc cc cc cc cc  ....x...........',
        INIT,
        LOCKDEP,
        fix('Restoring Right Redzone ADDRESS-ADDRESS=0xcc'),
        fix('Object at ADDRESS not freed'),
      ],
    ],
    [
      'a write before an object',
      23,
      [
        'goes on',
        bug('Left Redzone overwritten'),
        bytes(63, 'cc'),
        allocated('PLACE'),
        object(),
        '<3>Redzone  ADDRESS: cc cc cc cc cc cc cc cc cc cc cc cc cc cc cc 78  ...............x',
        INIT,
        LOCKDEP,
        fix('Restoring Left Redzone ADDRESS-ADDRESS=0xcc'),
        fix('Object at ADDRESS not freed'),
      ],
    ],
    [
      'a write to a free object, when it is handed out again',
      16,
      [
        'goes on',
        bug('Poison overwritten'),
        bytes(67, '6b'),
        allocated('PLACE'),
        freed('PLACE'),
        object(),
        from('wrong+PLACE'),
        INIT,
        LOCKDEP,
        fix('Restoring Poison ADDRESS-ADDRESS=0x6b'),
        fix('Marking all objects used'),
      ],
    ],
  ])('%s', (_what, number, lines) => {
    expect(places(commit(number)).filter((line) => !poison(line))).toEqual(lines);
  });

  test('a write behind an object that is still in use is found when the command ends', () => {
    const lines = places(commit(28));
    expect(lines.filter((line) => /BUG|First byte|Allocated|FIX/.test(line))).toEqual([
      '<3>BUG kmalloc-32 (Tainted: G           OE     ): Right Redzone overwritten',
      '<3>ADDRESS-ADDRESS @offset=63. First byte 0x78 instead of 0xcc',
      allocated('PLACE'),
      '<3>FIX kmalloc-32: Restoring Right Redzone ADDRESS-ADDRESS=0xcc',
    ]);
  });

  test('slub_debug on the command line names a second kfree, where the kernel without it stops at BUG', () => {
    expect(commit(17, 'slub_debug=FZPU')[1]).toBe(bug('Object already free'));
  });

  test('slub_debug=- looks at nothing', () => {
    expect(commit(15, 'slub_debug=-')).toEqual(['goes on']);
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
