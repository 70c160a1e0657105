import { expect, test } from 'vitest';
import { sysfsFiles } from '../../../src/kernel/files/sysfs.ts';
import { changed, load, warmKernel } from '../load-support.ts';

test.each([
  [10, 'vvvvvvvvvv\n'],
  [4094, `${'v'.repeat(4094)}\n`],
  [4095, 'v'.repeat(4095)],
  [5000, 'v'.repeat(4095)],
])('a version of %i characters is shown as far as a page holds it', (length, shown) => {
  const kernel = warmKernel();
  const image = changed('hello/hello', (elf) => {
    elf.modinfo = elf.modinfo.map((entry) => (entry.startsWith('version=') ? `version=${'v'.repeat(length)}` : entry));
  });
  load(kernel, image);
  const file = sysfsFiles(kernel, kernel.modules[0]!).find(({ path }) => path === 'sys/module/hello/version');
  expect(file).toMatchObject({ contents: shown });
});
