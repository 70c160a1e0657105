import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { applyRecipe } from '../support/recipe.ts';
import { runKobox } from '../support/run-kobox.ts';

const root = mkdtempSync(join(tmpdir(), 'kobox-died-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('a load that dies before the module has a directory in sys/module leaves the machine drawn', async () => {
  const hello = readFileSync('test/scenarios/modules/hello.ko');
  const far = applyRecipe(hello, [['relocation', '.rela.init.text', 1, { symbol: 60_000_000 }]]);
  writeFileSync(join(root, 'far.ko'), far);
  const { exit, stderr } = await runKobox(['insmod', 'far.ko'], { root, cwd: root });
  expect([exit, stderr]).toEqual([137, '']);
  expect(readFileSync(join(root, 'proc/sys/kernel/tainted'), 'utf8')).toBe('12416\n');
});
