import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runKobox } from '../support/run-kobox.ts';

const RECORDED = resolve('test/signature/recorded');
const place = mkdtempSync(join(tmpdir(), 'kobox-sign-'));
const root = join(place, 'root');
const run = (...words: string[]) => runKobox(words, { root, cwd: place });
const file = (name: string) => readFileSync(join(place, name));
const recorded = (name: string) => readFileSync(join(RECORDED, name));
const KEY = ['sha256', join(RECORDED, 'test-key.pem'), join(RECORDED, 'test-cert.pem')];
const DONE = { stdout: '', stderr: '', exit: 0 };

beforeAll(() => {
  for (const name of ['body.txt', 'test-cert.pem']) copyFileSync(join(RECORDED, name), join(place, name));
});
afterAll(() => rmSync(place, { recursive: true }));

describe('kobox sign', () => {
  it('writes what sign-file writes, in another file when one is named', async () => {
    expect(await run('sign', ...KEY, 'body.txt', 'signed')).toEqual(DONE);
    expect(file('signed').equals(recorded('signed-sha256.bin'))).toBe(true);
    expect(file('body.txt').equals(recorded('body.txt'))).toBe(true);
  });

  it('-k names the key by its identifier', async () => {
    expect(await run('sign', '-k', ...KEY, 'body.txt', 'named')).toEqual(DONE);
    expect(file('named').equals(recorded('signed-keyid.bin'))).toBe(true);
  });

  it('-d writes the signature alone, and -s appends one that was made elsewhere', async () => {
    expect(await run('sign', '-d', ...KEY, 'body.txt')).toEqual(DONE);
    expect(file('body.txt').equals(recorded('body.txt'))).toBe(true);
    expect(await run('sign', '-s', 'body.txt.p7s', 'sha256', 'test-cert.pem', 'body.txt', 'joined')).toEqual(DONE);
    expect(file('joined').equals(recorded('signed-sha256.bin'))).toBe(true);
  });

  it.each([
    [
      ['sha257', ...KEY.slice(1), 'body.txt'],
      "'sha257' is no digest to sign with; choose from sha1, sha224, sha256, sha384, sha512",
    ],
    [
      ['sha256', 'body.txt', 'test-cert.pem', 'body.txt'],
      'body.txt: not a private key in PEM form, or $KBUILD_SIGN_PIN does not open it',
    ],
    [[...KEY.slice(0, 2), 'body.txt', 'body.txt'], 'body.txt: not a certificate'],
    [[...KEY, 'nothing.ko'], 'nothing.ko: No such file or directory'],
    [['sha256'], 'usage: kobox sign [-dpks] DIGEST KEY CERTIFICATE MODULE [DEST]'],
  ])('%j is refused in one line', async (words, message) => {
    expect(await run('sign', ...words)).toEqual({ stdout: '', stderr: `sign: ${message}\n`, exit: 1 });
  });
});

describe('kobox key', () => {
  it('adds, lists and removes certificates', async () => {
    const added = await run('key', 'add', 'test-cert.pem');
    const { stdout } = await run('key', 'list');
    expect(stdout).toMatch(/^[0-9a-f]{16} {2}Test key\n$/);
    expect(added).toEqual({ ...DONE, stdout });
    expect(await run('key', 'remove', stdout.slice(0, 16))).toEqual(DONE);
    expect(await run('key', 'list')).toEqual(DONE);
  });

  it.each([
    [['add'], 'add: name a certificate file (PEM or DER)'],
    [['add', 'body.txt'], 'body.txt: not a certificate that the kernel can read (EBADMSG)'],
    [['remove', 'nothing'], "remove: no key 'nothing'; see 'kobox key list'"],
  ])('%j is refused in one line', async (words, message) => {
    expect(await run('key', ...words)).toEqual({ stdout: '', stderr: `key: ${message}\n`, exit: 1 });
  });
});
