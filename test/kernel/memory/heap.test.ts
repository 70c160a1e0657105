import fc from 'fast-check';
import { expect, test } from 'vitest';
import { objectSizeOf, releaseGuarded, takeGuarded } from '../../../src/kernel/memory/guarded-heap.ts';
import { createHeap, kfree, ksize, kzalloc } from '../../../src/kernel/memory/heap.ts';
import { AddressSpace } from '../../../src/memory/address-space.ts';

const owner = () => ({ memory: new AddressSpace(), heap: createHeap() });

test('objects that are handed out at the same time never overlap', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.integer({ min: 0, max: 20_000 }), fc.constant('free' as const))), (steps) => {
      const kernel = owner();
      const live: number[] = [];
      for (const step of steps) {
        if (step === 'free') kfree(kernel, live.pop() ?? 0);
        else live.push(kzalloc(kernel, step));
      }
      const sorted = [...live].sort((a, b) => a - b);
      for (const [index, address] of sorted.entries()) {
        const end = address + ksize(kernel, address)!;
        expect(end).toBeLessThanOrEqual(sorted[index + 1] ?? end);
      }
    }),
  );
});

test('an object that is given back is handed out again, zeroed', () => {
  const kernel = owner();
  const first = kzalloc(kernel, 10);
  kernel.memory.writeU8(first, 7);
  kfree(kernel, first);
  expect(kzalloc(kernel, 12)).toBe(first);
  expect(kernel.memory.readU8(first)).toBe(0);
});

test('what was not handed out cannot be given back', () => {
  const kernel = owner();
  kfree(kernel, 1234);
  expect(kernel.heap.free.size).toBe(0);
});

test('guarded objects keep the alignment of their size class and never overlap another', () => {
  const size = fc.integer({ min: 1, max: 20_000 });
  fc.assert(
    fc.property(fc.array(fc.oneof(size, fc.constant('free' as const)), { maxLength: 60 }), (steps) => {
      const kernel = owner();
      const track = { caller: 0, pid: 1, when: 0 };
      const live: number[] = [];
      for (const step of steps) {
        const last = step === 'free' ? live.pop() : undefined;
        if (last !== undefined) releaseGuarded(kernel, last, track);
        if (step !== 'free') live.push(takeGuarded(kernel, step, { cache: '', constructed: false, allocated: track }));
      }
      const sorted = [...live].sort((a, b) => a - b);
      for (const [index, address] of sorted.entries()) {
        const objectSize = ksize(kernel, address)!;
        expect(objectSize).toBe(objectSizeOf(kernel.heap.guarded!.get(address)!.size));
        expect(address + objectSize).toBeLessThanOrEqual(sorted[index + 1] ?? 0);
        expect(address % Math.min(objectSize & -objectSize, 4096)).toBe(-0);
      }
    }),
  );
});
