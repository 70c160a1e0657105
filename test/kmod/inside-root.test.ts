import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { indexedPath, isInsideRoot } from '../../src/kmod/inside-root.ts';

describe('A file that modules.dep names', () => {
  const place = realpathSync(mkdtempSync(join(tmpdir(), 'kobox-inside-')));
  const tree = join(place, 'root/lib/modules/6.1');
  beforeAll(() => {
    mkdirSync(join(tree, 'kernel'), { recursive: true });
    mkdirSync(join(place, 'root/usr/src'), { recursive: true });
    mkdirSync(join(place, 'linked/lib/modules'), { recursive: true });
    for (const path of ['outside.ko', 'root/usr/src/b.ko', 'root/lib/modules/6.1/kernel/a.ko'])
      writeFileSync(join(place, path), '');
    symlinkSync(join(place, 'outside.ko'), join(tree, 'out.ko'));
    symlinkSync('../../../usr/src/b.ko', join(tree, 'in.ko'));
    symlinkSync(tree, join(place, 'linked/lib/modules/6.1'));
  });
  afterAll(() => rmSync(place, { recursive: true }));

  test.each([
    ['below the version directory is taken', 'kernel/a.ko', true],
    ['elsewhere in the root is taken', '../../../usr/src/b.ko', true],
    ['that is a link within the root is taken', 'in.ko', true],
    ['that is not there leads nowhere', 'none.ko', true],
    ['above the root is refused', '../../../../outside.ko', false],
    ['that is a link out of the root is refused', 'out.ko', false],
  ])('%s', (_what, path, expected) => expect(isInsideRoot(`${tree}/${path}`, tree)).toBe(expected));

  test.each([
    ['by a relative path', 'kernel/a.ko', 'root/lib/modules/6.1/kernel/a.ko'],
    ['by an absolute path of the machine', '/usr/src/b.ko', 'root/usr/src/b.ko'],
    ['by an absolute path of this host', join(place, 'root/usr/src/b.ko'), 'root/usr/src/b.ko'],
  ])('%s is found', (_what, path, expected) => expect(indexedPath(path, tree)).toBe(join(place, expected)));

  test('by an absolute path outside is refused', () => {
    expect(isInsideRoot(join(place, 'outside.ko'), tree)).toBe(false);
  });

  test('is taken where the version directory itself is a link out of the root', () => {
    const linked = join(place, 'linked/lib/modules/6.1');
    expect(isInsideRoot(`${linked}/kernel/a.ko`, linked)).toBe(true);
  });
});
