import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { LogLevel } from '../../src/kernel/log/log-record.ts';
import { bootMachine, changeMachine, readMachine } from '../../src/state/machine.ts';
import { runKobox } from '../support/run-kobox.ts';

/** A record as /dev/kmsg gave it: priority with facility, microseconds, text as a byte string. */
interface Written {
  readonly pri: number;
  readonly ts: number;
  readonly text: string;
}

/** What dmesg of util-linux 2.38.1, or busybox 1.35, answered. Texts are byte strings. */
interface Answer {
  readonly words: readonly string[];
  readonly busybox?: true;
  readonly uid?: number;
  readonly locale?: string;
  readonly stdout: string;
  readonly stderr?: string;
  /** proc/sys/kernel/printk afterwards. */
  readonly printk?: string;
  readonly exit: number;
}

/** Something else that happened between the answers. */
interface Change {
  readonly log: readonly Written[];
  readonly settings?: Readonly<Record<string, string>>;
}

/** Recorded on Linux 6.1 with its clock in UTC; `ofFiles` without a kernel. */
interface Recording {
  readonly bootTime: number;
  readonly records: readonly Written[];
  readonly answers: readonly (Answer | Change)[];
  readonly files: Readonly<Record<string, string>>;
  readonly ofFiles: readonly Answer[];
}

const PATH = fileURLToPath(new URL('recorded/dmesg.json.gz', import.meta.url));
const recording = JSON.parse(gunzipSync(readFileSync(PATH)).toString('utf8')) as Recording;

let root: string;
beforeAll(async () => {
  vi.stubEnv('TZ', 'UTC');
  root = mkdtempSync(join(tmpdir(), 'kobox-dmesg-'));
  mkdirSync(join(root, 'files'));
  for (const [name, text] of Object.entries(recording.files)) writeFileSync(join(root, 'files', name), text, 'latin1');
  await bootMachine({ root, init: 'skip' }, 'printk.time=0');
  await log(recording.records);
});
afterAll(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(root, { recursive: true, force: true });
});

const log = (records: readonly Written[]) =>
  changeMachine({ root, init: 'skip' }, (kernel) => {
    for (const { pri, ts, text } of records) {
      const [level, facility] = [(pri & 7) as LogLevel, pri >> 3];
      kernel.log.push({ sequence: kernel.nextLogSequence++, timestamp: ts, level, facility, text, space: text.length });
    }
  });

async function makeChange({ log: records, settings = {} }: Change): Promise<void> {
  for (const [name, value] of Object.entries(settings)) {
    await runKobox(['write', `/proc/sys/kernel/${name}`, value], { root, cwd: root });
  }
  await log(records);
}

const utf8 = (text = '') => Buffer.from(text, 'latin1').toString('utf8');

async function answer({ words, busybox, uid = 0, locale = 'C.UTF-8', printk }: Answer) {
  const uptime = readMachine({ root }).clock() / 1000;
  vi.spyOn(Date, 'now').mockReturnValue(recording.bootTime * 1000 + 500 + uptime);
  const globals = ['--uid', String(uid), ...(busybox ? ['--style', 'busybox'] : [])];
  const place = { root, cwd: join(root, 'files'), env: { LC_ALL: locale } };
  const { stdout, stderr, exit } = await runKobox([...globals, 'dmesg', ...words], place);
  vi.restoreAllMocks();
  const console = printk === undefined ? {} : { printk: readFileSync(join(root, 'proc/sys/kernel/printk'), 'utf8') };
  return { stdout, stderr, exit, ...console };
}

const wanted = ({ stdout, stderr, exit, printk }: Answer) => ({
  stdout: utf8(stdout),
  stderr: stderr ?? '',
  exit,
  ...(printk !== undefined && { printk }),
});

const title = ({ words, busybox, uid, locale }: Answer) =>
  [busybox && 'busybox', 'dmesg', ...words, uid && `as uid ${uid}`, locale && `in locale ${locale}`]
    .filter(Boolean)
    .join(' ');

describe('dmesg answers as the recorded one', () => {
  for (const step of recording.answers) {
    if ('words' in step) test(title(step), async () => expect(await answer(step)).toEqual(wanted(step)));
    else test(`after ${JSON.stringify(step.settings ?? 'one more message')}`, () => makeChange(step));
  }

  test.each(recording.ofFiles)('without a kernel: dmesg $words', async (step) => {
    expect(await answer(step)).toEqual(wanted(step));
  });
});
