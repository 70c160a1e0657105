import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { makeGuestRunner } from '../../src/applets/guest-runner.ts';
import { bootKernel } from '../../src/kernel/boot.ts';
import type { Kernel } from '../../src/kernel/kernel.ts';
import { deleteModule, finitModule } from '../../src/kernel/syscalls.ts';
import { TaskKilled } from '../../src/kernel/task-killed.ts';
import { openDefaultProfile } from '../../src/profile/open-profile.ts';
import records from './records.json' with { type: 'json' };

/** One command of a recording: how it ended and what the kernel's log then held, without register dumps. */
interface Step {
  readonly run: string;
  readonly ends: string;
  readonly log: readonly string[];
}

const profile = openDefaultProfile();
const O_NONBLOCK = 0o4000;

/** What differs from one run of the real kernel to the next. */
const VOLATILE: readonly (readonly [RegExp, string])[] = [
  [/\b(0x)?[0-9a-f]{16}\b/g, 'ADDRESS'],
  [/PID: \d+/g, 'PID: N'],
  [/ @ \d+$/gm, ' @ N'],
  [/after \d+ usecs/g, 'after N usecs'],
  [/(do_one_initcall|__kmem_cache_free|_printk|kmalloc_trace)\+0x[0-9a-f]+\/0x[0-9a-f]+/g, '$1'],
];
/** Lines of a register dump and of a stack trace. */
const DUMP = /^<\d>( |R[A-Z0-9]+: |(RIP|Code|FS|CS|CR2|Call Trace|PGD)\b|CPU: )/;

function settled(line: string): string {
  return VOLATILE.reduce((text, [pattern, word]) => text.replace(pattern, word), line);
}

function perform(kernel: Kernel, step: Step): string {
  const [command, target = '', ...args] = step.run.split(' ');
  try {
    const errno =
      command === 'insmod'
        ? finitModule(kernel, moduleFile(target), args.join(' '), 0, { uid: 0 })
        : deleteModule(kernel, target, O_NONBLOCK, { uid: 0 });
    return errno === 0 ? 'ok' : 'fails';
  } catch (error) {
    if (error instanceof TaskKilled) return 'dies';
    throw error;
  }
}

function moduleFile(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`modules/${name}`, import.meta.url)));
}

/** The lines since the last step; a record that is still open is seen with the next step. */
function takeLog(kernel: Kernel): string[] {
  const open = kernel.log.at(-1)?.open ? kernel.log.slice(-1) : [];
  const whole = kernel.log.slice(0, kernel.log.length - open.length);
  kernel.log.splice(0, kernel.log.length, ...open);
  return whole.map(({ level, text }) => `<${level}>${text}`).filter((line) => !DUMP.test(line));
}

function replay(commandLine: string, steps: readonly Step[]): { run: string; ends: string; log: string[] }[] {
  const kernel = bootKernel(profile, commandLine, makeGuestRunner(), () => 0, { current: { comm: 'insmod', pid: 80 } });
  kernel.log.length = 0;
  return steps.map((step) => {
    const ends = perform(kernel, step);
    return { run: step.run, ends, log: takeLog(kernel).map(settled) };
  });
}

/** `/bin/busybox` is a file of the recording's own machine, which this one has not. */
function comparable(line: string): boolean {
  return !/ pd\[busybox\]|filp_open/.test(line);
}

describe('modules that run say what they said on the recorded machine', () => {
  test.each(records)('$name', ({ commandLine, steps }) => {
    const tidy = (all: readonly Step[]) => all.map((step) => ({ ...step, log: step.log.filter(comparable) }));
    const wanted = steps.map((step) => ({ ...step, log: step.log.map(settled) }));
    expect(tidy(replay(commandLine, steps))).toEqual(tidy(wanted));
  });
});
