import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { runKobox } from '../support/run-kobox.ts';

vi.mock('../../src/compression/decoders.ts', () => ({ DECODERS: { xz: [() => Promise.reject(new Error('absent'))] } }));

const root = mkdtempSync(join(tmpdir(), 'kobox-no-decoder-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const file = join(root, 'hello.ko.xz');
writeFileSync(file, Buffer.from('\xfd7zXZ\0 and so on', 'latin1'));

test.each([
  [['--style', 'busybox', 'insmod', file], `insmod: ${file}: xz: no decoder for this platform is installed\n`],
  [['--style', 'kmod', 'insmod', file], 'insmod: xz: no decoder for this platform is installed\n'],
  [['modinfo', file], `modinfo: ${file}: xz: no decoder for this platform is installed\n`],
])('where no decoder is installed %j says so, and nothing of damaged data', async (words, stderr) => {
  expect(await runKobox(words, { root, cwd: root })).toMatchObject({ stderr, exit: 1 });
});
