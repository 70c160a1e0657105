import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const place = mkdtempSync(join(tmpdir(), 'kobox-surroundings-'));
const root = join(place, 'root');
/** Names that lines of sh use: the checkout may stand anywhere. */
const NAMES = {
  BIN: resolve('bin'),
  HELLO: resolve('samples/hello/hello.ko'),
  PARAMETERS: resolve('samples/parameters/parameters.ko'),
};
const EMPTY = 'Module                  Size  Used by    Not tainted\n';

afterAll(() => rmSync(place, { recursive: true, force: true }));

/** Runs a line of sh, with the launchers on its PATH: what it writes as bytes, and its status. */
function sh(line: string, env: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', line], {
    cwd: place,
    encoding: 'latin1',
    env: { ...NAMES, PATH: `${NAMES.BIN}:${process.env['PATH']}`, KOBOX_ROOT: root, KOBOX_INIT: 'skip', ...env },
  });
  return { status, stdout, stderr };
}

describe('A word that is not UTF-8', () => {
  test('reaches the kernel byte for byte', () => {
    const line = `insmod "$PARAMETERS" "$(printf 'a_charp=\\377\\303\\251')" && cat root/sys/module/parameters/parameters/a_charp`;
    expect(sh(line)).toEqual({ status: 0, stdout: '\xff\xc3\xa9\n', stderr: '' });
  });

  test('stands in a message as it came', () => {
    const stderr = "insmod: can't insert 'a\xff.ko': No such file or directory\n";
    expect(sh(`insmod "$(printf 'a\\377.ko')"`)).toEqual({ status: 254, stdout: '', stderr });
  });

  test('names a file', () => {
    const line = `f=$(printf 'a\\377.ko'); cp "$HELLO" "$f" && insmod "$f" && modinfo -F license "$f"`;
    expect(sh(line)).toEqual({ status: 0, stdout: 'GPL\n', stderr: '' });
  });

  test('is refused as a root, by one line', () => {
    const stderr = `lsmod: --root: '${place}/a\xff' is not UTF-8\n`;
    expect(sh(`kobox --root "$(printf 'a\\377')" lsmod`)).toEqual({ status: 1, stdout: '', stderr });
  });
});

describe('The launchers', () => {
  const named = join(place, 'a b\'c"d$e');
  beforeAll(() => {
    mkdirSync(named);
    cpSync(resolve('bin'), join(named, 'bin'), { recursive: true });
    for (const part of ['dist', 'src', 'node_modules', 'package.json']) symlinkSync(resolve(part), join(named, part));
    symlinkSync(resolve('bin/kobox'), join(place, 'lsmod'));
  });

  test.each([
    ['a path with blanks and quotes', '"$B/lsmod"'],
    ['a shell that is told to run it', 'sh "$B/lsmod"'],
    ['a shell that minds unset variables', 'sh -u "$B/lsmod"'],
    ['PATH', 'PATH=$B:$PATH; lsmod'],
    ['Node', 'node "$B/lsmod"'],
    ['a link of another name', './lsmod'],
  ])('run through %s', (_, line) => {
    expect(sh(line, { B: join(named, 'bin'), KOBOX_ROOT: join(place, 'other') })).toEqual({
      status: 0,
      stdout: EMPTY,
      stderr: '',
    });
  });

  test('say in one line that there is no Node', () => {
    const { status, stdout, stderr } = sh('PATH=/nowhere; export PATH; "$B/lsmod"', { B: resolve('bin') });
    expect({ status, stdout }).toEqual({ status: 127, stdout: '' });
    expect(stderr).toMatch(/^[^\n]*node[^\n]*\n$/);
  });
});

test('V8 knows the flags that depmod sets, whichever Node this is', () => {
  const tree = 'root/lib/modules/6.1.0-56-amd64';
  const line = `mkdir -p ${tree} && cd ${tree} && touch modules.order modules.builtin modules.builtin.modinfo && depmod`;
  expect(sh(line)).toEqual({ status: 0, stdout: '', stderr: '' });
});

describe('Bad surroundings', () => {
  test('a checkout that is not built says so in one line', () => {
    const stderr = 'kobox: not built yet; in its folder: npm ci && npm run build\n';
    expect(sh(`mkdir bare && cp -r "$BIN" bare && bare/bin/lsmod`)).toEqual({
      status: 1,
      stdout: '',
      stderr,
    });
  });

  test('a Node that is too old is told in one line', () => {
    const old = "Object.defineProperty(process.versions, 'node', { value: '20.9.9' })";
    const line = `echo "${old}" >old.cjs && node -r ./old.cjs "$BIN/lsmod"`;
    const stderr = 'kobox: Node 20.20 or newer is needed, this is 20.9.9\n';
    expect(sh(line)).toEqual({ status: 1, stdout: '', stderr });
  });

  test('a working directory that is gone is one where nothing is', () => {
    const line = `mkdir gone && cd gone && rmdir ../gone && node "$BIN/insmod" hello.ko`;
    const stderr = "insmod: can't insert 'hello.ko': No such file or directory\n";
    expect(sh(line)).toEqual({ status: 254, stdout: '', stderr });
  });

  test('a full standard output is told', () => {
    expect(sh('lsmod >/dev/full')).toEqual({
      status: 1,
      stdout: '',
      stderr: 'lsmod: write error: No space left on device\n',
    });
  });

  test('a full standard error changes no exit status', () => {
    expect(sh('insmod nothing.ko 2>/dev/full')).toEqual({ status: 254, stdout: '', stderr: '' });
  });

  test('a reader that has gone ends the command as SIGPIPE would', () => {
    expect(sh('{ kobox kernel show 6.1.0-56-amd64 --exports; echo $? >&2; } | head -1 >/dev/null')).toEqual({
      status: 0,
      stdout: '',
      stderr: '141\n',
    });
  });

  test.each(['boot', 'depmod'])("%s refuses the host's own root by whatever name", (applet) => {
    const stderr = `${applet}: the state root may not be /\n`;
    expect(sh(`ln -sfn / top; kobox --root top ${applet}`)).toEqual({ status: 1, stdout: '', stderr });
  });
});
