import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runKobox } from '../support/run-kobox.ts';

const MODULES = fileURLToPath(new URL('../behaviour/modules', import.meta.url));

test('a machine that has panicked does nothing more, shows its log, and runs again after a boot', async () => {
  const root = mkdtempSync(join(tmpdir(), 'kobox-panic-'));
  const run = (...words: string[]) => runKobox(words, { root, cwd: MODULES, init: 'run' });
  try {
    expect(await run('insmod', 'gt_bad.ko', 'mode=7')).toMatchObject({ exit: 137 });
    expect(await run('insmod', 'gt_hello.ko')).toEqual({
      stdout: '',
      stderr: 'insmod: the machine has panicked; kobox boot restarts it\n',
      exit: 1,
    });
    expect((await run('dmesg')).stdout).toContain('Kernel panic - not syncing: gt panic 7');
    expect(await run('boot')).toMatchObject({ exit: 0 });
    expect(await run('insmod', 'gt_hello.ko')).toEqual({ stdout: '', stderr: '', exit: 0 });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
