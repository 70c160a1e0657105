import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { APPLETS } from '../../../src/applets/table.ts';
import { runKobox } from '../../support/run-kobox.ts';

const root = mkdtempSync(join(tmpdir(), 'kobox-help-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Each applet, in each style that has a help text of its own; kmod's lsmod knows no words at all. */
const COMMANDS = Object.keys(APPLETS).flatMap((name) =>
  name === 'lsmod'
    ? [[name, 'busybox']]
    : [
        [name, 'busybox'],
        [name, 'kmod'],
      ],
);

describe('--help', () => {
  test.each(COMMANDS)(
    'of %s (%s) shows its usage and whole commands to try, with exit status 0',
    async (name, style) => {
      const { stdout, stderr, exit } = await runKobox(['--style', style!, name!, '--help'], { root, cwd: root });
      const text = stdout + stderr;
      expect({ exit, usage: new RegExp(`^Usage:\\s+(kobox )?${name}\\b`, 'm').test(text) }).toEqual({
        exit: 0,
        usage: true,
      });
      const [, examples = ''] = text.split(/\nExamples:\n/);
      expect(examples).toMatch(new RegExp(`^(  .*${name}.*\\n)+$`));
    },
  );

  test('of the program lists every applet', async () => {
    const { stdout } = await runKobox(['--help'], { root, cwd: root });
    const [, list = ''] = stdout.split('\nApplets:\n');
    expect([...list.matchAll(/^ {2}(\S+)/gm)].map(([, name]) => name)).toEqual(Object.keys(APPLETS));
  });
});
