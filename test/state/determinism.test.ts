import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runKobox } from '../support/run-kobox.ts';

const MODULES = fileURLToPath(new URL('../interaction/modules', import.meta.url));
const COMMANDS = [
  ['insmod', 'works.ko'],
  ['insmod', 'waker.ko'],
  ['write', '/dev/waker', 'go'],
  ['run-timers', '1'],
  ['rmmod', 'works'],
];

/** The machine after some commands: its log with timestamps, and every byte of its state. */
async function machineAfter(): Promise<{ log: string; state: Record<string, string> }> {
  const root = mkdtempSync(join(tmpdir(), 'kobox-same-'));
  try {
    for (const words of COMMANDS) await runKobox(words, { root, cwd: MODULES, init: 'run' });
    const { stdout } = await runKobox(['dmesg', '-r'], { root, cwd: MODULES });
    const folder = join(root, 'run/kobox');
    const files = readdirSync(folder).filter((name) => name.startsWith('state-'));
    return {
      log: stdout,
      state: Object.fromEntries(files.map((name) => [name, readFileSync(join(folder, name), 'latin1')])),
    };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

test('the same commands give the same log, times included, and the same state, byte for byte', async () => {
  const first = await machineAfter();
  expect(first.log).toContain('works: loading out-of-tree module taints kernel.');
  expect(await machineAfter()).toEqual(first);
});
