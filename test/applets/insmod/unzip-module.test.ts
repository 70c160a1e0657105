import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { check, filter, xzSync } from 'node-liblzma';
import { expect, test } from 'vitest';
import type { AppletContext } from '../../../src/applets/applet.ts';
import { unzipModule } from '../../../src/applets/insmod/unzip-module.ts';
import { FILES } from '../../compression/compressed-files.ts';

const HELLO = readFileSync('test/scenarios/modules/hello.ko');
const GZ = gzipSync(HELLO);
const XZ = xzSync(HELLO, { check: check.CRC32 });
const XZ_X86 = xzSync(HELLO, { check: check.CRC32, filters: [filter.X86, filter.LZMA2] });

/** A copy with the bit of one byte the other way round; an offset below zero counts from the end. */
function flipped(bytes: Uint8Array, at: number): Buffer {
  const copy = Buffer.from(bytes);
  const index = at < 0 ? bytes.length + at : at;
  copy[index] = copy[index]! ^ 1;
  return copy;
}

const and = (bytes: Uint8Array, text: string) => Buffer.concat([bytes, Buffer.from(text, 'latin1')]);
const half = (bytes: Uint8Array) => bytes.subarray(0, bytes.length >> 1);
const NOTHING = "insmod: read error from 'm': Cannot allocate memory\n";
const WHOLE = HELLO.length;
const TEXT = 211;

/** What BusyBox 1.35 said and loaded of such files. */
const CASES: readonly [what: string, bytes: Uint8Array, said: string, length: number | undefined][] = [
  ['gz with another CRC', flipped(GZ, -8), 'insmod: crc error\n', WHOLE],
  ['gz with another length', flipped(GZ, -1), 'insmod: incorrect length\n', WHOLE],
  ['gz without its last byte', GZ.subarray(0, -1), 'insmod: corrupted data\n', WHOLE],
  ['gz without its trailer', GZ.subarray(0, -8), 'insmod: corrupted data\n', WHOLE],
  ['half of a gz', half(GZ), `insmod: unexpected end of file\n${NOTHING}`, undefined],
  ['gz and other data', and(GZ, 'junk'), '', WHOLE],
  ["gz's header alone", GZ.subarray(0, 10), `insmod: unexpected end of file\n${NOTHING}`, undefined],
  ["gz's magic alone", GZ.subarray(0, 2), `insmod: corrupted data\n${NOTHING}`, undefined],
  ['gz of another method', flipped(GZ, 2), `insmod: corrupted data\n${NOTHING}`, undefined],
  ['xz without its last byte', XZ.subarray(0, -1), 'insmod: corrupted data\n', WHOLE],
  ['xz without its footer', XZ.subarray(0, -12), 'insmod: corrupted data\n', WHOLE],
  ['xz and other data', and(XZ, 'junk'), '', WHOLE],
  ['xz and zeros', and(XZ, '\0\0\0\0'), 'insmod: corrupted data\n', WHOLE],
  ['xz and three zeros', and(XZ, '\0\0\0'), 'insmod: corrupted data\n', WHOLE],
  ['xz damaged in its data', flipped(XZ, 200), `insmod: corrupted data\n${NOTHING}`, undefined],
  ['xz with a filter for code', XZ_X86, `insmod: corrupted data\n${NOTHING}`, undefined],
  ['xz of nothing', xzSync(Buffer.alloc(0)), NOTHING, undefined],
  ['bzip2 without its last byte', FILES.bzip2.subarray(0, -1), `insmod: bunzip error -3\n${NOTHING}`, undefined],
  ['half of a bzip2', half(FILES.bzip2), `insmod: bunzip error -3\n${NOTHING}`, undefined],
  ['bzip2 with another CRC', flipped(FILES.bzip2, 12), `insmod: CRC error\n${NOTHING}`, undefined],
  ['bzip2 and other data', and(FILES.bzip2, 'junk'), '', TEXT],
  ['lz4', FILES.lz4, '', FILES.lz4.length],
];

const saidTo = (stderr: string[]) =>
  ({ stderr: { write: (text: string) => stderr.push(text) } }) as unknown as AppletContext;

test.each(CASES)('busybox insmod makes this of %s', async (_what, bytes, said, length) => {
  const stderr: string[] = [];
  const image = await unzipModule(saidTo(stderr), 'm', bytes);
  expect({ said: stderr.join(''), length: image?.length }).toEqual({ said, length });
});

test('half of an xz leaves what was decoded', async () => {
  const stderr: string[] = [];
  const image = await unzipModule(saidTo(stderr), 'm', half(XZ));
  expect(stderr).toEqual(['insmod: corrupted data\n']);
  expect(image!.length).toBeLessThan(WHOLE);
  expect(Buffer.from(image!)).toEqual(HELLO.subarray(0, image!.length));
});

test('a cut lzma file ends the command', async () => {
  const cut = unzipModule({} as AppletContext, 'm.lzma', FILES.lzma.subarray(0, -20));
  await expect(cut).rejects.toThrow('unexpected EOF');
});
