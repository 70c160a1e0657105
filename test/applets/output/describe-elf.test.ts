import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { describeFile } from '../../../src/applets/output/describe-elf.ts';

const hello = new Uint8Array(readFileSync('samples/hello/hello.ko'));

function header(changes: Readonly<Record<number, number>>): Uint8Array {
  const bytes = hello.slice();
  for (const [offset, value] of Object.entries(changes)) bytes[Number(offset)] = value;
  return bytes;
}

describe('A file is', () => {
  test.each<[string, Uint8Array]>([
    ['an empty file', new Uint8Array()],
    ['a text file', Buffer.from('#!/bin/sh\n')],
    ['no ELF file', Uint8Array.of(0, 1, 2)],
    ['a gzip-compressed file', Uint8Array.of(0x1f, 0x8b, 8, 0)],
    ['a damaged ELF file', Buffer.from('\x7fELF')],
    ['a 64-bit AMD x86-64 architecture relocatable object', hello],
    ['a 64-bit AMD x86-64 architecture relocatable object', hello.subarray(0, 100)],
    ['a 64-bit AMD x86-64 architecture executable', header({ 16: 2 })],
  ])('%s', async (words, bytes) => {
    expect(await describeFile(bytes)).toBe(words);
  });
});
