import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { runKobox } from '../support/run-kobox.ts';
import { newRoot, removeRoot, stateNames } from './state-support.ts';

const root = newRoot();
const place = { root, cwd: resolve('samples') };
const { renameSync } = fs;
afterAll(() => removeRoot(root));
afterEach(() => {
  fs.renameSync = renameSync;
  syncBuiltinESMExports();
});

/** From here to the end of the test no directory can be renamed. */
function refuseDirectories(code: string): void {
  fs.renameSync = (from, to) => {
    if (fs.statSync(from).isDirectory()) throw Object.assign(new Error(code), { code, syscall: 'rename', path: from });
    renameSync(from, to);
  };
  syncBuiltinESMExports();
}

test('what lies in a lower layer of an overlay, where no directory can be renamed, is unloaded all the same', async () => {
  await runKobox(['insmod', 'hello/hello.ko'], place);
  refuseDirectories('EXDEV');
  expect(await runKobox(['rmmod', 'hello'], place)).toEqual({ stdout: '', stderr: '', exit: 0 });
  expect(fs.existsSync(join(root, 'sys/module/hello'))).toBe(false);
  expect(stateNames(root).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('lsmod shows a load that is kept and cannot be drawn', async () => {
  refuseDirectories('ENOSPC');
  const { stderr, exit } = await runKobox(['insmod', 'hello/hello.ko'], place);
  expect({ stderr, exit }).toEqual({
    stderr: `insmod: the change is kept, but cannot draw proc/ and sys/: ${root}/run/kobox/new-${process.pid}.tmp: No space left on device; make room there\n`,
    exit: 1,
  });
  expect(await runKobox(['lsmod'], place)).toEqual({
    stdout: 'Module                  Size  Used by    Tainted: G  \nhello                  16384  0 \n',
    stderr: '',
    exit: 0,
  });
});
