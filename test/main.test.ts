import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runKobox } from './support/run-kobox.ts';

const root = mkdtempSync(join(tmpdir(), 'kobox-main-'));
const place = { root, cwd: root };
afterAll(() => rmSync(root, { recursive: true, force: true }));

const EMPTY = 'Module                  Size  Used by    Not tainted\n';

describe('The program', () => {
  test('runs the applet that its first word names', async () => {
    expect(await runKobox(['lsmod'], place)).toEqual({ stdout: EMPTY, stderr: '', exit: 0 });
  });

  test('runs the applet that it is called as', async () => {
    expect(await runKobox([], { ...place, programName: 'lsmod' })).toEqual({ stdout: EMPTY, stderr: '', exit: 0 });
  });

  test('takes its options before the applet and leaves the applet its own', async () => {
    const { stdout } = await runKobox(['--style', 'kmod', 'insmod', '--version'], place);
    expect(stdout).toBe('kmod version 30\n+ZSTD +XZ -ZLIB +LIBCRYPTO -EXPERIMENTAL\n');
  });

  test.each([
    [['nosuch'], "nosuch: applet not found; see 'kobox --help'\n"],
    [['--style', 'toybox', 'lsmod'], "lsmod: --style: 'toybox' is neither busybox nor kmod\n"],
    [['--uid', 'me', 'lsmod'], "lsmod: --uid: 'me' is not a number\n"],
    [['--init', 'maybe', 'lsmod'], "lsmod: --init: 'maybe' is neither run nor skip\n"],
    [['--nosuch'], "kobox: unknown option '--nosuch'; see 'kobox --help'\n"],
  ])('%j is one line and exit status 1', async (words, stderr) => {
    expect(await runKobox(words, place)).toEqual({ stdout: '', stderr, exit: 1 });
  });
});
