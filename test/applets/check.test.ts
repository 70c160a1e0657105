import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyRecipe } from '../support/recipe.ts';
import { runKobox } from '../support/run-kobox.ts';

const SAMPLES = resolve('samples');
const KERNEL = '6.1.0-56-amd64';
const place = mkdtempSync(join(tmpdir(), 'kobox-check-'));
const root = join(place, 'root');
const kobox = (...words: string[]) => runKobox(words, { root, cwd: place });
const check = (...words: string[]) => kobox('check', ...words);
const loads = (...files: string[]) => files.map((file) => `${file}: loads\n`).join('');
const told = (stdout: string, exit = 0) => ({ stdout, stderr: '', exit });
const refused = (message: string) => ({ stdout: '', stderr: `check: ${message}\n`, exit: 2 });

beforeAll(() => {
  const hello = readFileSync(join(SAMPLES, 'hello/hello.ko'));
  const math = readFileSync(join(SAMPLES, 'math/math.ko'));
  mkdirSync(join(place, 'tree'));
  mkdirSync(join(place, 'odd'));
  for (const name of ['math.ko', 'calc.ko']) copyFileSync(join(SAMPLES, 'math', name), join(place, 'tree', name));
  copyFileSync(join(SAMPLES, 'math/calc.ko'), join(place, 'odd/calc.ko'));
  writeFileSync(join(place, 'odd/math.ko'), applyRecipe(math, [['modinfo', 'vermagic', '5.4.0 SMP mod_unload ']]));
  writeFileSync(join(place, 'hello.ko.gz'), gzipSync(hello));
  writeFileSync(join(place, 'cut.ko.gz'), gzipSync(hello).subarray(0, 900));
});

afterAll(() => rmSync(place, { recursive: true }));

describe('kobox check', () => {
  it('loads what a module needs before it, from the tree or from the files that were named', async () => {
    const all = loads('tree/calc.ko', 'tree/math.ko');
    expect(await check('--tree', 'tree')).toEqual(told(`${all}2 modules on ${KERNEL}: 2 load, 0 do not\n`));
    expect(await check('tree/calc.ko', 'tree/math.ko')).toEqual(
      told(`${all}2 modules on ${KERNEL}: 2 load, 0 do not\n`),
    );
    expect(await check('tree/calc.ko', '--tree', 'tree')).toEqual(
      told(`${loads('tree/calc.ko')}1 module on ${KERNEL}: 1 load, 0 do not\n`),
    );
  });

  it('says of a module whose provider is refused that the provider is', async () => {
    const { stdout, exit } = await check('--tree', 'odd', '--json');
    const { modules } = JSON.parse(stdout);
    expect([
      exit,
      modules.map(({ file, causes }: never) => [file, (causes as { id: string }[]).map(({ id }) => id)]),
    ]).toEqual([
      1,
      [
        ['odd/calc.ko', ['dependency-refused']],
        ['odd/math.ko', ['vermagic']],
      ],
    ]);
  });

  it('reads compressed files, and says of one that is damaged that nobody can', async () => {
    expect(await check('hello.ko.gz', 'cut.ko.gz')).toEqual(
      told(
        `hello.ko.gz: loads
cut.ko.gz: does not load (EINVAL)
  why:    The file is compressed and cannot be decompressed: gzip: unexpected end of data.
  next:   Get or make it again. Compressed anew, it suits every reader as gzip -9n, zstd -19 or xz --check=crc32 --lzma2=dict=1MiB.
2 modules on ${KERNEL}: 1 load, 1 do not
`,
        1,
      ),
    );
  });

  it('ends with 2 when a file cannot be read and all others load', async () => {
    expect(await check('nothing.ko', 'hello.ko.gz')).toEqual(
      told(
        `nothing.ko: could not tell
  why:    No such file or directory.
  next:   Check the name and the permissions of the file.
hello.ko.gz: loads
2 modules on ${KERNEL}: 1 load, 0 do not, 1 could not be told
`,
        2,
      ),
    );
  });

  it('answers for a file that cannot be read beside one with an unknown symbol', async () => {
    const { exit, stderr } = await check('nothing.ko', 'tree/calc.ko');
    expect([exit, stderr]).toEqual([1, '']);
  });

  it('gives in shards what it gives at once', async () => {
    const parts = await Promise.all(
      ['1/3', '2/3', '3/3'].map((shard) => check('--tree', 'odd', '--json', '--shard', shard)),
    );
    for (const [at, { stdout }] of parts.entries()) writeFileSync(join(place, `part-${at}.json`), stdout);
    const whole = await check('--tree', 'odd', '--json');
    expect(await check('--merge', '--json', 'part-2.json', 'part-0.json', 'part-1.json')).toEqual(whole);
    expect(parts.map(({ exit }) => exit)).toEqual([1, 1, 0]);
  });

  it('prints the forms that the README documents', async () => {
    const { stdout } = await check('odd/math.ko', '--json');
    expect(JSON.parse(stdout)).toEqual({
      kernel: KERNEL,
      modules: [
        {
          file: 'odd/math.ko',
          name: 'math',
          loads: false,
          errno: 8,
          log: [expect.stringContaining('version magic')],
          causes: [{ id: 'vermagic', reason: expect.any(String), next: expect.any(String) }],
        },
      ],
    });
  });

  it.each([
    [[], "name module files, or a module tree with --tree; see 'kobox check --help'"],
    [['--tree', 'nowhere'], 'nowhere: no such directory'],
    [['--kernel', '1.2.3', 'hello.ko.gz'], "no profile of kernel '1.2.3'; see 'kobox kernel list'"],
    [['--shard', '3/2', 'hello.ko.gz'], '--shard 3/2: write I/N, with I from 1 to N'],
    [['--merge'], '--merge: name the JSON reports of the shards'],
    [['--merge', 'hello.ko.gz'], 'hello.ko.gz: not a report of kobox check --json'],
    [['--nonsense'], "unrecognized option '--nonsense'"],
  ])('%j cannot tell, in one line', async (words, message) => {
    expect(await check(...words)).toEqual(refused(message));
  });

  it('says in one line what it cannot do with a kernel of another processor', async () => {
    writeFileSync(join(place, 'Module.symvers'), '0x00000007\talpha\tvmlinux\tEXPORT_SYMBOL\t\n');
    writeFileSync(join(place, 'config'), 'CONFIG_ARM64=y\n');
    await kobox('kernel', 'import', '--symvers', 'Module.symvers', '--config', 'config', '--release', '6.1.0-arm64');
    expect((await check('--kernel', '6.1.0-arm64', 'hello.ko.gz')).stdout).toContain(
      'why:    The file is for x86-64 (64 bit, little-endian); this kernel is aarch64.',
    );
    expect(await kobox('kernel', 'use', '6.1.0-arm64')).toEqual({
      stdout: '',
      stderr: 'kernel: a kernel of aarch64 can be checked against, but no machine runs it; machines are x86_64\n',
      exit: 1,
    });
    await kobox('kernel', 'use', KERNEL);
    expect((await check('hello.ko.gz')).exit).toBe(0);
  });
});
