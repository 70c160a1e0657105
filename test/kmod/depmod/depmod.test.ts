import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runKobox } from '../../support/run-kobox.ts';
import { type Outcome, outcome } from './outcome.ts';
import { LINES, layOut, TREES } from './trees.ts';

const recorded = JSON.parse(readFileSync(join(import.meta.dirname, 'recorded.json'), 'utf8')) as Outcome[];
const roots: string[] = [];

function lay(tree: string): string {
  const root = mkdtempSync(join(tmpdir(), 'kobox-depmod-'));
  roots.push(root);
  layOut(TREES[tree]!, root);
  return root;
}

async function run(root: string, line: string): Promise<Outcome> {
  const words = ['-b', root, ...line.replaceAll('@', root).split(' ')];
  const place = { root: `${root}/state`, cwd: root, programName: 'depmod' };
  const { stdout, stderr, exit } = await runKobox(words, place);
  return outcome(root, stdout, stderr, exit);
}

afterAll(() => {
  for (const root of roots) rmSync(root, { recursive: true });
});

describe('depmod says and writes what kmod 34 does', () => {
  it.each(LINES.map(([tree, line], i) => [tree, line, recorded[i]!] as const))(
    '%s: depmod %s',
    async (tree, line, wanted) => {
      expect(await run(lay(tree), line)).toEqual(wanted);
    },
  );

  it.each(Object.keys(TREES))(
    '%s: a second run, with what the first remembered, gives the same files',
    async (tree) => {
      const root = lay(tree);
      const first = await run(root, '1.2.3');
      expect(await run(root, '1.2.3')).toEqual(first);
    },
  );
});
