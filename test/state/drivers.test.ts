import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runKobox } from '../support/run-kobox.ts';
import { newRoot, removeRoot } from './state-support.ts';

const MODULES = fileURLToPath(new URL('../kernel-api/modules', import.meta.url));

let root: string;
beforeEach(() => {
  root = newRoot();
});
afterEach(() => removeRoot(root));

test("a module's directory has a link for each of its drivers", async () => {
  await runKobox(['insmod', 'files.ko'], { root, cwd: MODULES, init: 'run' });
  const directory = join(root, 'sys/module/files/drivers');
  const links = readdirSync(directory).map((name) => [name, readlinkSync(join(directory, name))]);
  expect(links).toEqual([['platform:mypdev', '../../../bus/platform/drivers/mypdev']]);
});
