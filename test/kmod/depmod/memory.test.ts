import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { runKobox } from '../../support/run-kobox.ts';
import { outcome } from './outcome.ts';
import { tinyModule } from './tiny-module.ts';
import { layOut, TREES } from './trees.ts';

const roots: string[] = [];
let root = '';
const directory = () => join(root, 'lib/modules/1.2.3');
const cache = () => join(root, 'state/run/kobox/depmod');
const PAST = 1_000_000_000;

async function depmod(...words: string[]) {
  const { stdout, stderr, exit } = await runKobox(['depmod', '-b', root, ...words], {
    root: `${root}/state`,
    cwd: root,
  });
  return outcome(root, stdout, stderr, exit);
}

/** What a run that remembers nothing gives. */
const afresh = () => depmod('--no-cache', '1.2.3');

/** Runs until everything that can be remembered is: files just made are not trusted. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 2100));
  await depmod('1.2.3');
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kobox-depmod-'));
  roots.push(root);
  const {
    'lib/modules/1.2.3/kernel/drivers/le32.ko': _,
    'lib/modules/1.2.3/modules.builtin': __,
    ...quiet
  } = TREES['main']!;
  layOut(
    {
      ...quiet,
      'lib/modules/1.2.3/modules.builtin': 'kernel/x/y.ko\n',
      'lib/modules/1.2.3/modules.builtin.modinfo': 'y.alias=y-*\0',
    },
    root,
  );
});

afterAll(() => {
  for (const each of roots) rmSync(each, { recursive: true });
});

describe('what depmod remembers', () => {
  it('leaves untouched files alone, restores replaced outputs and follows changed modules', async () => {
    await settle();
    const before = await depmod('1.2.3');
    writeFileSync(join(directory(), 'modules.dep'), 'of another tool\n');
    expect(await depmod('1.2.3')).toEqual(before);

    const module = join(directory(), 'kernel/lib/crc-a.ko');
    utimesSync(module, PAST, PAST);
    expect(await depmod('1.2.3')).toEqual(before);

    writeFileSync(module, tinyModule({ exports: ['crc_a'], modinfo: ['alias=changed'] }));
    const changed = await depmod('1.2.3');
    expect(changed.files['lib/modules/1.2.3/modules.alias']).toContain('alias changed crc_a\n');
    expect(changed).toEqual(await afresh());
  });

  it('is as if it had never been when it is damaged', async () => {
    await settle();
    const before = await afresh();
    for (const name of readdirSync(cache())) {
      const file = join(cache(), name);
      const bytes = readFileSync(file);
      for (const at of [0, 5, 30, bytes.length >> 1, bytes.length - 1]) {
        const damaged = Buffer.from(bytes);
        damaged[at]! ^= 0x41;
        writeFileSync(file, damaged);
        writeFileSync(join(directory(), 'modules.dep'), '');
        expect(await depmod('1.2.3')).toEqual(before);
      }
      writeFileSync(file, bytes.subarray(0, bytes.length >> 1));
      expect(await depmod('1.2.3')).toEqual(before);
    }
  });
});

describe("kobox's own options", () => {
  it('--explain names the file taken and each one shadowed, with the rule', async () => {
    layOut({ 'lib/modules/1.2.3/updates/top.ko': tinyModule({}) }, root);
    expect((await depmod('--explain', 'top', '1.2.3')).stdout).toBe(
      'top: @/lib/modules/1.2.3/updates/top.ko\n' +
        '  shadowed: @/lib/modules/1.2.3/kernel/fs/top.ko\n' +
        '    by @/lib/modules/1.2.3/updates/top.ko (search: updates before built-in)\n',
    );
  });

  it('-n --json is one object a module in the order of modules.dep', async () => {
    const { stdout } = await depmod('-n', '--json', '1.2.3');
    const { modules } = JSON.parse(stdout) as {
      modules: { name: string; dependencies: string[]; symbols: string[] }[];
    };
    expect(modules.map(({ name }) => name)).toEqual(['top', 'be64', 'crc_a', 'be32', 'base']);
    expect(modules[0]).toMatchObject({
      path: 'kernel/fs/top.ko',
      dependencies: ['base', 'crc_a'],
      weakdeps: ['fancy'],
    });
  });
});
