import { expect, test } from 'vitest';
import { AddressSpace } from '../../src/memory/address-space.ts';
import { READ_WRITE } from '../../src/memory/mapping.ts';
import { PagedMemory } from '../../src/memory/paged-memory.ts';

const PAGE = 4096;

test('mappings that were written to are told once, also when the processor writes', () => {
  const space = new AddressSpace();
  const [first, second] = [0, 1].map((index) => space.map(index * PAGE, new Uint8Array(PAGE), READ_WRITE, `${index}`));
  const processor = new PagedMemory(space);
  const rounds = [() => space.readU8(0), () => space.writeU8(0, 1), () => processor.store8(PAGE, 1)];
  const told = [...rounds, rounds[2]!, () => undefined].map((work) => {
    work();
    return space.takeWritten();
  });
  expect(told).toEqual([[], [first], [second], [second], []]);
});
