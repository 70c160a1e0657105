import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { runKobox } from '../support/run-kobox.ts';

const root = mkdtempSync(join(tmpdir(), 'kobox-syslog-'));

afterEach(() => rmSync(root, { recursive: true, force: true }));

async function kobox(...words: string[]) {
  mkdirSync(join(root, 'lib/modules/1.2.3'), { recursive: true });
  const { stderr, exit } = await runKobox(words, { root, cwd: root });
  return { stderr: stderr.replaceAll(root, '@'), exit };
}

const FATAL = 'modprobe: FATAL: Module nosuch not found in directory @/lib/modules/1.2.3\n';

describe('messages for syslog', () => {
  it('modprobe -s appends them to var/log/messages of the machine', async () => {
    expect(await kobox('modprobe', '-s', '-S', '1.2.3', 'nosuch')).toEqual({ stderr: '', exit: 1 });
    await kobox('modprobe', '-s', '-S', '1.2.3', 'nosuch');
    const line = `${/\w{3} [ \d]\d \d\d:\d\d:\d\d localhost /.source}${FATAL}`;
    expect(readFileSync(join(root, 'var/log/messages'), 'latin1').replaceAll(root, '@')).toMatch(
      new RegExp(`^(${line}){2}$`),
    );
  });

  it('they go to stderr where a link leads the file out of the machine', async () => {
    mkdirSync(join(root, 'var'), { recursive: true });
    symlinkSync(tmpdir(), join(root, 'var/log'));
    expect(await kobox('modprobe', '-s', '-S', '1.2.3', 'nosuch')).toEqual({ stderr: FATAL, exit: 1 });
  });
});
