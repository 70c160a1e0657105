import { describe, expect, it } from 'vitest';
import { freshKernel, load, sample, warmKernel } from './load-support.ts';

const MARKER = new TextEncoder().encode('~Module signature appended~\n');

/** `hello` with an appended signature of 16 bytes; `trailer`: the 8 bytes before the length. */
function signed(trailer: readonly number[], length = 16, marker = MARKER): Uint8Array {
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, length);
  return Uint8Array.from([...sample('hello/hello'), ...new Uint8Array(16), ...trailer, ...size, ...marker]);
}

const GOOD = [0, 0, 2, 0, 0, 0, 0, 0];

describe('module_sig_check', () => {
  it.each([
    ['a length beyond the file', signed(GOOD, 1e6), 74, []],
    ['no PKCS#7', signed([0, 0, 1, 0, 0, 0, 0, 0]), 0, ['<3>module: not signed with expected PKCS#7 message']],
    [
      'parameters that are not zero',
      signed([1, 0, 2, 0, 0, 0, 0, 0]),
      74,
      ['<3>module: PKCS#7 signature info has unexpected non-zero params'],
    ],
    ['a signature by nobody known', signed(GOOD), 0, []],
    [
      'a file of zeros and the marker',
      Uint8Array.from([...new Uint8Array(40), ...MARKER]),
      8,
      ['<3>module: not signed with expected PKCS#7 message', '<3>Invalid ELF header len 40'],
    ],
    ['a marker that is cut', signed(GOOD, 16, MARKER.subarray(0, 20)), 0, []],
  ])('answers %s', (_what, image, errno, log) => {
    const kernel = warmKernel();
    expect(load(kernel, image)).toEqual({ errno, log });
  });

  it('hands the verifier the module without its signature, and the signature', () => {
    const kernel = warmKernel();
    const seen: number[] = [];
    kernel.verifySignature = (_kernel, body, pkcs7) => {
      seen.push(body.length, pkcs7.length);
      return undefined;
    };
    expect(load(kernel, signed(GOOD)).errno).toBe(0);
    expect(seen).toEqual([sample('hello/hello').length, 16]);
    expect(kernel.modules[0]?.signatureOk).toBe(true);
  });

  it.each([
    ['unsigned module', sample('hello/hello')],
    ['module with unavailable key', signed(GOOD)],
    ['module with unsupported crypto', signed([0, 0, 1, 0, 0, 0, 0, 0])],
  ])('rejects an %s when signatures are enforced', (reason, image) => {
    const { errno, log } = load(freshKernel({}, { signatureEnforced: true }), image);
    expect([errno, log.at(-1)]).toEqual([129, `<5>Loading of ${reason} is rejected`]);
  });

  it('refuses unsigned modules under lockdown', () => {
    const { errno, log } = load(freshKernel({}, { lockdown: 'integrity' }), sample('hello/hello'));
    expect(errno).toBe(1);
    expect(log).toEqual([
      expect.stringMatching(/^<5>Lockdown: \S+: unsigned module loading is restricted; see man kernel_lockdown\.7$/),
    ]);
  });
});
