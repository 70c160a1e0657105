import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { expect, test } from 'vitest';

const SOURCE = 'src';
const IMPORT = /(?:import|export) (type )?[^;]*?from '(\.[^']+)'|import\('(\.[^']+)'\)/g;

/** What a file or folder of src/ imports of the others; `type X`: nothing but types. Whatever is not here may not be. */
const ARROWS: Readonly<Record<string, string>> = {
  'start.ts': 'host, type main.ts',
  'main.ts': 'applets, host',
  'index.ts': 'check, kernel, profile',
  applets:
    'abi, arch, check, compression, cpu, elf, host, kernel, kernel-api, kmod, type memory, profile, signature, state',
  state: 'abi, arch, host, kernel, type memory, profile, signature',
  check: 'abi, type arch, elf, kernel, memory, profile, signature',
  'kernel-api': 'abi, cpu, kernel, memory, type profile',
  host: 'abi, signature',
  signature: 'abi, elf, kernel',
  kernel: 'abi, arch, elf, memory, type profile',
  profile: 'abi, elf, memory',
  kmod: 'abi, compression, elf',
  cpu: 'abi, memory',
  arch: 'abi',
  elf: 'abi',
};

/** From where to where, and whether a value is imported. */
function importsOf(file: string): { from: string; to: string; isValue: boolean }[] {
  const [from = ''] = file.split(sep);
  return [...readFileSync(join(SOURCE, file), 'utf8').matchAll(IMPORT)].flatMap(([, type, path, lazy]) => {
    const [to = ''] = normalize(join(dirname(file), path ?? lazy ?? '')).split(sep);
    return to === from || to === '..' ? [] : [{ from, to, isValue: type === undefined }];
  });
}

test('imports between the folders of src/ run only where the arrows do', () => {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const imports = files.flatMap(importsOf);
  const found = Object.keys(ARROWS).map((folder) => {
    const own = imports.filter(({ from }) => from === folder);
    const targets = [...new Set(own.map(({ to }) => to))].sort();
    const shown = targets.map((to) => (own.some((each) => each.to === to && each.isValue) ? to : `type ${to}`));
    return [folder, shown.join(', ')];
  });
  expect(Object.fromEntries(found)).toEqual(ARROWS);
  expect(imports.filter(({ from }) => !Object.hasOwn(ARROWS, from))).toEqual([]);
});
