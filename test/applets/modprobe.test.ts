import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type KoboxResult, runKobox } from '../support/run-kobox.ts';

const RELEASE = '6.1.0-56-amd64';
const roots: string[] = [];
let root = '';

/** Runs `kobox LINE`; the root is left out of what it says. */
async function kobox(line: string, env: Record<string, string> = {}): Promise<KoboxResult> {
  const { stdout, stderr, exit } = await runKobox(line.split(' '), { root, cwd: root, env });
  const told = (text: string) => text.replaceAll(root, '');
  return { stdout: told(stdout), stderr: told(stderr), exit };
}

function configure(text: string): void {
  writeFileSync(join(root, 'etc/modprobe.d/test.conf'), text);
}

const loaded = () =>
  readFileSync(join(root, 'proc/modules'), 'latin1')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' ')[0]);

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'kobox-modprobe-'));
  roots.push(root);
  const extra = join(root, 'lib/modules', RELEASE, 'extra');
  mkdirSync(extra, { recursive: true });
  mkdirSync(join(root, 'etc/modprobe.d'), { recursive: true });
  for (const name of ['hello/hello', 'math/math', 'math/calc']) {
    copyFileSync(`samples/${name}.ko`, join(extra, `${name.split('/')[1]}.ko`));
  }
  await kobox('depmod -a');
});

afterAll(() => {
  for (const each of roots) rmSync(each, { recursive: true });
});

const quiet = { stdout: '', stderr: '', exit: 0 };
const REMOVE = '../libkmod/libkmod-module.c:856 kmod_module_remove_module()';
const insmod = (name: string) => `insmod /lib/modules/${RELEASE}/extra/${name}.ko \n`;

describe('modprobe', () => {
  it('loads what a module needs before it, and unloads what nobody uses any more after it', async () => {
    expect(await kobox('modprobe -v calc')).toEqual({ ...quiet, stdout: insmod('math') + insmod('calc') });
    expect(loaded()).toEqual(['calc', 'math']);
    expect(await kobox('modprobe -v -r calc')).toEqual({ ...quiet, stdout: 'rmmod calc\nrmmod math\n' });
    expect(loaded()).toEqual([]);
  });

  it('is content with a module that is loaded already, but not with --first-time', async () => {
    await kobox('modprobe hello');
    expect(await kobox('modprobe hello')).toEqual(quiet);
    expect(await kobox('modprobe --first-time hello')).toEqual({
      stdout: '',
      stderr: "modprobe: ERROR: could not insert 'hello': Module already in kernel\n",
      exit: 1,
    });
  });

  it('does not unload a module that is in use, unless its holders go too: they take what they alone used along', async () => {
    await kobox('modprobe calc');
    expect(await kobox('modprobe -r math')).toEqual({
      stdout: '',
      stderr: 'modprobe: FATAL: Module math is in use.\n',
      exit: 1,
    });
    expect(await kobox('modprobe -v -r --remove-holders math')).toEqual({
      stdout: 'rmmod calc\nrmmod math\nrmmod math\n',
      stderr: `modprobe: ERROR: ${REMOVE} could not remove 'math': No such file or directory\n`,
      exit: 1,
    });
  });

  it('waits for a module to come out of use no longer than it is told', async () => {
    await kobox('modprobe calc');
    expect(await kobox('modprobe -r -w 3 math')).toEqual({
      stdout: '',
      stderr: "modprobe: ERROR: could not remove 'math': Resource temporarily unavailable\n",
      exit: 1,
    });
  });

  it('loads a file by its path', async () => {
    expect(await kobox('modprobe ./lib/modules/6.1.0-56-amd64/extra/hello.ko')).toEqual(quiet);
    expect(loaded()).toEqual(['hello']);
  });

  it('is refused by the kernel to a user other than root', async () => {
    expect(await kobox('--uid 1000 modprobe hello')).toEqual({
      stdout: '',
      stderr: "modprobe: ERROR: could not insert 'hello': Operation not permitted\n",
      exit: 1,
    });
  });

  it('runs safe install commands inside', async () => {
    configure('install math /sbin/modprobe --ignore-install math && { /bin/true; }\n');
    expect(await kobox('modprobe -v calc')).toEqual({
      ...quiet,
      stdout: `${insmod('math')}install /sbin/modprobe --ignore-install math && { /bin/true; } \n${insmod('calc')}`,
    });
  });

  it('does not run other commands on this host, and says so', async () => {
    configure('install math echo hello\nremove math echo bye\n');
    const refusal = "modprobe: WARNING: not run without --allow-commands: 'echo hello'\n";
    expect(await kobox('modprobe calc')).toEqual({
      stdout: '',
      stderr:
        `${refusal}modprobe: ERROR: ../libkmod/libkmod-module.c:1047 command_do() Error running install command ` +
        "'echo hello' for module math: retcode 126\nmodprobe: ERROR: could not insert 'calc': Invalid argument\n",
      exit: 1,
    });
    expect(loaded()).toEqual([]);
  });

  it('runs them when that is allowed, with MODPROBE_MODULE set and the parameters in place of $CMDLINE_OPTS', async () => {
    configure('install hello echo "$MODPROBE_MODULE: $CMDLINE_OPTS"; exit 3\n');
    const { stdout, exit } = await kobox('--allow-commands modprobe hello a=1');
    expect({ stdout, exit }).toEqual({ stdout: 'hello: a=1\n', exit: 1 });
  });

  it('ends commands that run each other in circles', async () => {
    configure('install hello modprobe math\ninstall math modprobe hello\n');
    const { stderr, exit } = await kobox('modprobe hello');
    expect(exit).toBe(1);
    expect(stderr.split('\n')[0]).toBe('modprobe: ERROR: install and remove commands run each other without end');
  });

  it('keeps a masked module out as a dependency too, and names file and line', async () => {
    configure('# never\nmask math\n');
    expect(await kobox('modprobe calc')).toEqual({
      stdout: '',
      stderr:
        "modprobe: ERROR: module 'math' is masked by /etc/modprobe.d/test.conf line 2\n" +
        "modprobe: ERROR: could not insert 'calc': Operation not permitted\n",
      exit: 1,
    });
    expect(await kobox('modprobe hello')).toEqual(quiet);
  });

  it('passes over a masked soft dependency', async () => {
    configure('softdep hello pre: math\nmask math\n');
    expect(await kobox('modprobe -v hello')).toEqual({
      stdout: insmod('hello'),
      stderr: "modprobe: ERROR: module 'math' is masked by /etc/modprobe.d/test.conf line 2\n",
      exit: 0,
    });
  });

  it('takes only the first softdep line as kmod does, and all with --merge-softdeps', async () => {
    configure('softdep hello pre: math\nsoftdep hello post: calc\n');
    expect((await kobox('modprobe -D hello')).stdout).toBe(insmod('math') + insmod('hello'));
    expect((await kobox('modprobe -D --merge-softdeps hello')).stdout).toBe(
      insmod('math') + insmod('hello') + insmod('math') + insmod('calc'),
    );
  });

  it('loses an install command to a softdep as kmod does, and keeps it with --keep-install', async () => {
    configure('softdep hello pre: math\ninstall hello /bin/true\n');
    expect((await kobox('modprobe -D hello')).stdout).toBe(insmod('math') + insmod('hello'));
    expect((await kobox('modprobe -D --keep-install hello')).stdout).toBe(`${insmod('math')}install /bin/true \n`);
  });

  it('shows its plan as JSON', async () => {
    const { stdout } = await kobox('modprobe -D --json calc x=1');
    expect(JSON.parse(stdout)).toEqual([
      { action: 'insmod', module: 'math', path: `/lib/modules/${RELEASE}/extra/math.ko`, options: '' },
      { action: 'insmod', module: 'calc', path: `/lib/modules/${RELEASE}/extra/calc.ko`, options: 'x=1' },
    ]);
  });

  it('shows its configuration as JSON', async () => {
    configure('blacklist hello\n');
    const { config, symbols } = JSON.parse((await kobox('modprobe -c --json')).stdout);
    expect(config.blacklist).toEqual(['hello']);
    expect(symbols).toContainEqual(['symbol:math_add', 'math']);
  });

  it('names file and offset of a damaged index, and ends', async () => {
    writeFileSync(join(root, 'lib/modules', RELEASE, 'modules.dep.bin'), 'not an index at all');
    expect(await kobox('modprobe -D hello')).toEqual({
      stdout: '',
      stderr: `modprobe: ERROR: /lib/modules/${RELEASE}/modules.dep.bin: damaged index at offset 0: wrong magic\n`,
      exit: 1,
    });
  });
});

describe('modprobe in busybox style', () => {
  const busybox = (line: string) => kobox(`--style busybox modprobe ${line}`);

  it('loads and unloads a module with all that it needs', async () => {
    expect(await busybox('calc')).toEqual(quiet);
    expect(loaded()).toEqual(['calc', 'math']);
    expect(await busybox('-r calc')).toEqual(quiet);
    expect(loaded()).toEqual([]);
  });

  it('says what it cannot load and what it cannot unload', async () => {
    await busybox('calc');
    expect(await busybox('-r math')).toEqual({
      stdout: '',
      stderr: "modprobe: can't unload module 'math': Resource temporarily unavailable\n",
      exit: 1,
    });
    expect(await busybox('nosuch')).toEqual({
      stdout: '',
      stderr: 'modprobe: module nosuch not found in modules.dep\n',
      exit: 1,
    });
  });
});

describe('modinfo', () => {
  it('shows a module as JSON', async () => {
    const [module] = JSON.parse((await kobox('modinfo --json hello')).stdout);
    expect(module).toMatchObject({
      name: 'hello',
      filename: `/lib/modules/${RELEASE}/extra/hello.ko`,
      fields: { license: ['GPL'], name: ['hello'] },
    });
  });
});
