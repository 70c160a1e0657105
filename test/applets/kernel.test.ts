import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltType, buildBtf, POINT } from '../profile/build-btf.ts';
import { type BuiltExport, buildKernel, EXPORTS, TODAY } from '../profile/build-kernel.ts';
import { type KoboxResult, runKobox } from '../support/run-kobox.ts';

const DEFAULT = '6.1.0-56-amd64';
const OLD = '6.1.0-9-test';
const NEW = '6.1.0-new';

/** POINT with another member, one gone, one moved and one of another type. */
const NEW_POINT: readonly BuiltType[] = POINT.map((type) =>
  type.name === 'point' ? { ...type, third: 40, rows: 3, words: ['x', 11, 0, 'added', 1, 64, 'list', 6, 192] } : type,
);
const NEW_EXPORTS: readonly BuiltExport[] = [
  { ...EXPORTS[0]!, crc: 0x77777777 },
  { name: 'aleph', crc: 0x22222222, gplOnly: false, namespace: '' },
  { ...EXPORTS[2]!, gplOnly: true, namespace: 'BUF' },
];

const place = mkdtempSync(join(tmpdir(), 'kobox-kernel-'));
const root = join(place, 'root');
const kobox = (...words: string[]): Promise<KoboxResult> => runKobox(['kernel', ...words], { root, cwd: place });

function vmlinux(exports: readonly BuiltExport[], types: readonly BuiltType[]): Uint8Array {
  return buildKernel(TODAY, exports, [{ name: '.BTF', address: 4096, content: buildBtf(types) }]);
}

beforeAll(async () => {
  mkdirSync(root);
  writeFileSync(join(place, 'vmlinux'), vmlinux(EXPORTS, POINT));
  writeFileSync(join(place, 'vmlinux.new'), vmlinux(NEW_EXPORTS, NEW_POINT));
  writeFileSync(join(place, 'config'), 'CONFIG_SMP=y\n');
  await kobox('import', 'vmlinux', '--config', 'config');
  await kobox('import', 'vmlinux.new', '--release', NEW);
});

afterAll(() => rmSync(place, { recursive: true }));

describe('kobox kernel', () => {
  it('import says the release and puts the profile into boot/', async () => {
    expect(await kobox('import', 'vmlinux', '--config', 'config')).toEqual({
      stdout: `${OLD}\n`,
      stderr: '',
      exit: 0,
    });
    expect(readdirSync(join(root, 'boot')).filter((name) => name.endsWith('.kernel'))).toEqual([
      `${OLD}.kernel`,
      `${NEW}.kernel`,
    ]);
  });

  it('import says that nobody told the configuration', async () => {
    expect(await kobox('import', 'vmlinux')).toEqual({
      stdout: `${OLD}\n`,
      stderr:
        'kernel import: the image has no .config in it: what it shows of its options was taken, --config FILE gives them all\n',
      exit: 0,
    });
  });

  it.each([
    ['--config', 'not a kernel configuration: it sets no option'],
    ['--symvers', 'not a Module.symvers: it has no row'],
  ])('import refuses another file as %s', async (option, message) => {
    expect(await kobox('import', 'vmlinux', option, 'vmlinux')).toEqual({
      stdout: '',
      stderr: `kernel: vmlinux: ${message}\n`,
      exit: 1,
    });
  });

  it('show tells what a kernel is to a module', async () => {
    expect(await kobox('show', OLD)).toEqual({
      stdout: `release       6.1.0-9-test
version       #1 SMP Test 6.1.99-1 (2026-01-01)
Linux         6.1.99
machine       x86_64
vermagic      6.1.0-9-test SMP mod_unload 
exports       3
structs       4
certificates  0
`,
      stderr: '',
      exit: 0,
    });
  });

  it('show --exports lists them as Module.symvers does', async () => {
    expect((await kobox('show', OLD, '--exports')).stdout).toBe(
      '0x11111111\talpha\tvmlinux\tEXPORT_SYMBOL\t\n' +
        '0xffffffff\tbeta\tvmlinux\tEXPORT_SYMBOL\tBUF\n' +
        '0x80000001\tcrypt\tvmlinux\tEXPORT_SYMBOL_GPL\t\n',
    );
  });

  it('show --exports --json lists them for programs', async () => {
    expect(JSON.parse((await kobox('show', OLD, '--exports', '--json')).stdout)).toEqual({
      exports: EXPORTS.map(({ name, crc, gplOnly, namespace }) => ({ name, crc, gplOnly, namespace })),
    });
  });

  it('show --struct lists its members with their offsets', async () => {
    expect((await kobox('show', OLD, '--struct', 'point')).stdout).toBe(
      `point: 32 bytes
       0  int x
       8  char * name
     8:0  const int id : 3
      16  struct list_head list
`,
    );
  });

  it('diff says which exports and which structs changed, and how', async () => {
    expect(await kobox('diff', OLD, NEW)).toEqual({
      stdout: `exports: 1 appeared, 1 vanished, 2 changed
+ aleph
! alpha: 0x11111111 -> 0x77777777
- beta
! crypt: no namespace -> BUF
structs: 1 changed
! point: 32 -> 40 bytes
  - name: char * at 8
  - id: const int at 8:0
  ! x: int -> long unsigned int
  + added: int at 8
  ! list: 16 -> 24
`,
      stderr: '',
      exit: 1,
    });
  });

  it('diff of a kernel and itself is exit status 0', async () => {
    expect(await kobox('diff', OLD, OLD)).toEqual({
      stdout: 'exports: 0 appeared, 0 vanished, 0 changed\nstructs: 0 changed\n',
      stderr: '',
      exit: 0,
    });
  });

  it('use boots the machine with a kernel, list marks it', async () => {
    expect(await kobox('use', OLD)).toEqual({ stdout: '', stderr: '', exit: 0 });
    expect((await kobox('list')).stdout).toBe(`  ${DEFAULT}\n* ${OLD}\n  ${NEW}\n`);
    await kobox('use', DEFAULT);
    expect((await kobox('list')).stdout).toBe(`* ${DEFAULT}\n  ${OLD}\n  ${NEW}\n`);
  });

  it.each([
    [['show', 'none'], "kernel: no profile of kernel 'none'; see 'kobox kernel list'\n"],
    [['use', '../../etc/passwd'], "kernel: no profile of kernel '../../etc/passwd'; see 'kobox kernel list'\n"],
    [['show', OLD, '--struct', 'nothing'], `kernel: kernel ${OLD}: no struct 'nothing' in its BTF\n`],
    [['show'], 'kernel: usage: kobox kernel show RELEASE [options]\n'],
    [['diff', OLD], 'kernel: usage: kobox kernel diff RELEASE RELEASE [options]\n'],
    [['import', 'missing'], 'kernel: missing: No such file or directory\n'],
    [['import', 'config'], 'kernel: config: neither an ELF file nor a raw kernel image with exported symbols\n'],
    [['import', 'vmlinux', '--release', 'a/b'], 'kernel: the kernel release cannot be a file name\n'],
    [['import'], 'kernel: import: without a kernel image, --symvers, --config and --release are all needed\n'],
  ])('%j is refused in one line', async (words, stderr) => {
    expect(await kobox(...words)).toEqual({ stdout: '', stderr, exit: 1 });
  });
});
