import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostBytes, hostPath, hostText } from '../../src/host/host-text.ts';

test('any bytes come back from their text', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
      const text = Buffer.from(bytes).toString('latin1');
      expect(hostBytes(hostText(text)).toString('latin1')).toBe(text);
    }),
  );
});

test('any UTF-8 becomes the text that it stands for', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 0x10ffff })), (points) => {
      const text = String.fromCodePoint(...points.filter((point) => point < 0xd800 || point > 0xdfff));
      expect(hostText(Buffer.from(text, 'utf8').toString('latin1'))).toBe(text);
    }),
  );
});

test.each([
  ['a byte that begins nothing', 'a\xffb', 'a\udcffb'],
  ['a character that is cut short', 'a\xe2\x82', 'a\udce2\udc82'],
  ['a character that is longer than it need be', '\xc0\xaf', '\udcc0\udcaf'],
  ['a surrogate', '\xed\xb2\x80', '\udced\udcb2\udc80'],
  ['what is beyond Unicode', '\xf4\x90\x80\x80', '\udcf4\udc90\udc80\udc80'],
])('%s is kept byte for byte', (_, bytes, text) => {
  expect(hostText(bytes)).toBe(text);
});

test.each([
  ['hello.ko', '/here/hello.ko'],
  ['/there/hello.ko', '/there/hello.ko'],
  ['hello.ko/', '/here/hello.ko/'],
  ['link/../hello.ko', '/here/link/../hello.ko'],
  ['', ''],
])('the path %j is left to the host to resolve', (word, path) => {
  expect(hostPath('/here', word)).toBe(path);
});

test('a path that is not UTF-8 is bytes', () => {
  expect(hostPath('/here', 'a\udcff')).toEqual(Buffer.from('/here/a\xff', 'latin1'));
});
