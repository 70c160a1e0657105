import { expect, test } from 'vitest';
import { cacheLayout, SLAB_FLAG } from '../../src/kernel-api/core/slub/cache-layout.ts';

const { HWCACHE_ALIGN, POISON, RED_ZONE } = SLAB_FLAG;

test.each([
  [{ size: 152, align: 0, flags: POISON, constructed: false }, { usable: 152 }],
  [
    { size: 328, align: 8, flags: POISON | RED_ZONE | HWCACHE_ALIGN, constructed: true },
    { usable: 328, objects: 9 },
  ],
  [
    { size: 328, align: 0, flags: 0, constructed: false },
    { size: 328, usable: 328, objects: 12 },
  ],
  [
    { size: 100, align: 0, flags: HWCACHE_ALIGN, constructed: false },
    { size: 128, usable: 128, objects: 32 },
  ],
])('a cache asked for as %j stands in memory as on the real kernel: %j', (request, layout) => {
  expect(cacheLayout(request)).toMatchObject(layout);
});
