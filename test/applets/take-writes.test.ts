import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runKobox } from '../support/run-kobox.ts';

const SAMPLES = fileURLToPath(new URL('../../samples', import.meta.url));

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kobox-writes-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test.each([
  [['dmesg']],
  [['--style', 'busybox', 'dmesg']],
  [['dmesg', '-c']],
  [['--style', 'kmod', 'rmmod', 'nothing']],
])("%j: the module's code takes what was written into its parameter first", async (words) => {
  const place = { root, cwd: SAMPLES, init: 'run' } as const;
  const parameter = join(root, 'sys/module/parameters/parameters/doubled');
  await runKobox(['insmod', 'parameters/parameters.ko'], place);
  writeFileSync(parameter, '21');
  await runKobox(words, place);
  expect(readFileSync(parameter, 'latin1')).toBe('42\n');
});
