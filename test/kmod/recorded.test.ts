import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runKobox } from '../support/run-kobox.ts';
import answers from './recorded/answers.json' with { type: 'json' };
import { COMMAND_GROUPS } from './recorded/command-lines.ts';
import { layOutRoot } from './recorded/lay-out-root.ts';
import { ROOTS } from './recorded/roots.ts';
import trees from './recorded/trees.json' with { type: 'json' };

const RELEASE = '6.1.0-test';
const directories = new Map<string, string>();

/** The root laid out once, with the indexes that the real depmod made. */
function directoryOf(name: string): string {
  const known = directories.get(name);
  if (known !== undefined) return known;
  const root = mkdtempSync(join(tmpdir(), 'kobox-recorded-'));
  layOutRoot(root, ROOTS[name]!, RELEASE);
  const tree = (trees as Record<string, Record<string, string>>)[name] ?? {};
  for (const [file, bytes] of Object.entries(tree)) {
    writeFileSync(join(root, 'lib/modules', RELEASE, file), Buffer.from(bytes, 'base64'));
  }
  mkdirSync(join(root, 'proc/sys/kernel'), { recursive: true });
  writeFileSync(join(root, 'proc/sys/kernel/osrelease'), `${RELEASE}\n`);
  directories.set(name, root);
  return root;
}

afterAll(() => {
  for (const root of directories.values()) rmSync(root, { recursive: true });
});

type Answer = (typeof answers)[number];

async function replay(answer: Answer) {
  const group = COMMAND_GROUPS[answer.group]!;
  const root = directoryOf(answer.root);
  const at = (text: string) => text.replaceAll('RELEASE', RELEASE).replace(/(^|=|["'])@/g, `$1${root}`);
  const [programName = '', ...words] = answer.line.split(' ').map(at);
  const environment = Object.entries(group.environment ?? {}).map(([name, value]) => [
    name,
    value.replaceAll('@', root),
  ]);
  const result = await runKobox(words, {
    root,
    cwd: join(root, group.cwd ?? ''),
    programName,
    env: { ...Object.fromEntries(environment), KOBOX_STYLE: answer.tool === 'busybox' ? 'busybox' : 'kmod' },
  });
  const told = (text: string) => text.replaceAll(`${root}//`, '//').replaceAll(root, '').replaceAll(RELEASE, 'RELEASE');
  return { stdout: told(result.stdout), stderr: told(result.stderr), exit: result.exit };
}

describe('answers recorded from the real tools', () => {
  it('are at least 150, one for each command line', () => {
    expect(answers.length).toBe(COMMAND_GROUPS.flatMap(({ lines }) => lines).length);
    expect(answers.length).toBeGreaterThanOrEqual(150);
  });

  it.each(answers.map((answer) => [`${answer.tool}, root ${answer.root}: ${answer.line}`, answer] as const))(
    '%s',
    async (_title, answer) => {
      const { stdout, stderr, exit } = answer;
      expect(await replay(answer)).toEqual({ stdout, stderr, exit });
    },
  );
});
