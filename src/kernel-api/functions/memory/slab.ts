import type { Kernel } from '../../../kernel/kernel.ts';
import { guardedObjects, POISON_END, POISON_FREE, resizeGuarded } from '../../../kernel/memory/guarded-heap.ts';
import { ksize, kzalloc } from '../../../kernel/memory/heap.ts';
import { subsystem } from '../../../kernel/subsystem.ts';
import { type Address, addressFromBits } from '../../../memory/address.ts';
import { sprintSymbol } from '../../core/faults/symbolize.ts';
import { warn, warnOnce } from '../../core/faults/warn.ts';
import { type CacheLayout, cacheLayout, SLAB_FLAG, ZERO_SIZE_PTR } from '../../core/slub/cache-layout.ts';
import { slabAlloc, slabFree, slabResize } from '../../core/slub/slub.ts';
import { reportRemaining } from '../../core/slub/slub-report.ts';
import { copyInString } from '../../guest-text.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';

/** `KMALLOC_MAX_SIZE` on x86-64. */
const KMALLOC_MAX_SIZE = 4 << 20;

/** Which argument of `kmem_cache_create_usercopy` is `usersize`; a cache made otherwise is not for programs. */
const USER_SIZE = 5;
const NO_REGION = { offset: 0, size: 0 };

/** include/linux/gfp_types.h. */
const GFP = { ZERO: 0x100, NOWARN: 0x2000 } as const;

/** Bytes of an object. */
interface Region {
  readonly offset: number;
  readonly size: number;
}

/** A `kmem_cache` by its address. */
interface Cache {
  readonly name: string;
  readonly size: number;
  readonly construct: Address;
  /** Objects keep their type over `kmem_cache_free`. */
  readonly survives: boolean;
  /** Objects that were not constructed stand filled with poison. */
  readonly poisoned: boolean;
  readonly layout: CacheLayout;
  /** What of an object may be copied to and from programs. */
  readonly user: Region;
  /** Objects of the last slab that are constructed and not given out. */
  readonly ready: Address[];
}

const cacheState = subsystem('slab', () => ({ caches: {} as Record<string, Cache> }));

/** What of the objects of a module's own cache may be copied to and from programs; undefined for kmalloc's caches. */
export function userRegion(kernel: Kernel, cache: string): Region | undefined {
  return Object.values(cacheState(kernel).caches).find(({ name }) => name === cache)?.user;
}

/** `kmalloc` as the allocator sees a size: NULL for too much, the zero-size pointer for nothing. */
export function allocate(call: GuestCall, size: number, flags = 0): Address {
  if (size === 0) return ZERO_SIZE_PTR;
  if (size <= KMALLOC_MAX_SIZE) return slabAlloc(call, size);
  if ((flags & GFP.NOWARN) === 0)
    warnOnce(call.session, { place: 'mm/page_alloc.c:5634', where: '__alloc_pages+0x2a9/0x330' });
  return 0;
}

/** `kfree`: NULL and the zero-size pointer are nothing. */
export function release(call: GuestCall, address: Address): void {
  if (address !== 0 && address !== ZERO_SIZE_PTR) slabFree(call, address);
}

/** `krealloc`: in place while the size class has room. */
function reallocate(call: GuestCall, old: Address, size: number): Address {
  const isObject = old !== 0 && old !== ZERO_SIZE_PTR;
  if (isObject && slabResize(call, old, size)) return old;
  const before = isObject ? (ksize(call.kernel, old) ?? 0) : 0;
  const fresh = allocate(call, size);
  if (before > 0 && fresh !== 0 && fresh !== ZERO_SIZE_PTR) {
    const count = Math.min(guardedObjects(call.kernel.heap).get(old)?.size ?? before, size);
    call.memory.view(fresh, count, 'write').set(call.memory.view(old, count, 'read'));
  }
  if (fresh !== 0) release(call, old);
  return fresh;
}

/** `ksize`: the caller may use all of the size class from now on. */
function usableSize(call: GuestCall, address: Address): number {
  const object = guardedObjects(call.kernel.heap).get(address);
  const cache = object && Object.values(cacheState(call.kernel).caches).find(({ name }) => name === object.cache);
  if (cache) return cache.layout.usable;
  if (object?.live) resizeGuarded(call.kernel, address, object.objectSize);
  return ksize(call.kernel, address) ?? 0;
}

function createCache(call: GuestCall, constructorIndex: number): Address {
  const name = call.pointer(0) === 0 ? '' : call.string(0);
  const cache = kzalloc(call.kernel, call.session.fields.size('kmem_cache') || 256);
  const [size, align, flags, construct] = [
    call.unsigned(1),
    call.unsigned(2),
    call.unsigned(3),
    call.pointer(constructorIndex),
  ];
  const layout = cacheLayout({ size, align, flags, constructed: construct !== 0 });
  const survives = (flags & SLAB_FLAG.TYPESAFE_BY_RCU) !== 0;
  const poisoned = (flags & SLAB_FLAG.POISON) !== 0 && construct === 0 && !survives;
  cacheState(call.kernel).caches[cache] = {
    name,
    size,
    construct,
    survives,
    poisoned,
    layout,
    user: constructorIndex > USER_SIZE ? { offset: call.unsigned(4), size: call.unsigned(USER_SIZE) } : NO_REGION,
    ready: [],
  };
  const { session, memory } = call;
  memory.writePointer(session.at(cache, 'kmem_cache', 'name'), copyInString(session, name));
  memory.writeU32(session.at(cache, 'kmem_cache', 'object_size'), size);
  memory.writeU32(session.at(cache, 'kmem_cache', 'size'), layout.size);
  return cache;
}

/** `kmem_cache_destroy`: a cache of which objects are in use stays. */
function destroyCache(call: GuestCall, address: Address): void {
  const cache = cacheState(call.kernel).caches[address];
  const remaining = cache ? objectsInUse(call.kernel, cache) : [];
  if (remaining.length > 0) {
    refuseToDestroy(call, cache!.name, remaining);
    return;
  }
  for (const object of cache?.ready ?? []) release(call, object);
  delete cacheState(call.kernel).caches[address];
  if (address !== 0) release(call, address);
}

function objectsInUse(kernel: Kernel, { name, ready }: Cache): Address[] {
  const own = [...guardedObjects(kernel.heap)].filter(([, { cache, live }]) => live && cache === name);
  return own.map(([address]) => address).filter((address) => !ready.includes(address));
}

function refuseToDestroy({ session, memory, cpu }: GuestCall, name: string, remaining: readonly Address[]): void {
  const caller = sprintSymbol(session.kernel, memory.readPointer(addressFromBits(cpu.readRegister('rsp'))), 'S');
  reportRemaining(session, remaining);
  warn(session, {
    place: 'mm/slab_common.c:493',
    where: 'kmem_cache_destroy+0x141/0x150',
    message: `kmem_cache_destroy ${name}: Slab cache still has objects when called from ${caller}`,
  });
}

/** `kmem_cache_alloc`. */
export function allocateFrom(call: GuestCall): Address {
  const cache = cacheState(call.kernel).caches[call.pointer(0)];
  if (!cache) return slabAlloc(call, 256);
  const zeroed = (call.unsigned(1) & GFP.ZERO) !== 0;
  if (cache.construct !== 0) return takeConstructed(call, cache, zeroed);
  const object = slabAlloc(call, cache.size, { name: cache.name, constructed: cache.survives });
  if (cache.poisoned && !zeroed) {
    const bytes = call.memory.view(object, cache.size, 'write').fill(POISON_FREE);
    bytes[cache.size - 1] = POISON_END;
  }
  return object;
}

/** An object of a cache with a constructor, which is called for all of a slab when the slab is made: `setup_object`. */
function takeConstructed(call: GuestCall, { name, size, construct, layout, ready }: Cache, zeroed: boolean): Address {
  if (ready.length === 0) {
    if (zeroed) warnOnce(call.session, { place: 'mm/slub.c:2001', where: '___slab_alloc+0x365/0x990' });
    for (let count = 0; count < layout.objects; count++) ready.push(slabAlloc(call, size, { name, constructed: true }));
    for (const object of ready) call.session.call(construct, object);
  }
  return ready.shift()!;
}

const alloc = (index: number) => (call: GuestCall) => allocate(call, call.size(index), call.unsigned(1));
const free = (index: number) => (call: GuestCall) => release(call, call.pointer(index));

/** The slab allocator and its callers. */
export const slabFunctions = () => [
  ...rowsOf('mm/slab_common.c', [
    ['void *__kmalloc(size_t size, gfp_t flags)', alloc(0)],
    ['void *__kmalloc_node(size_t size, gfp_t flags, int node)', alloc(0)],
    ['void *kmalloc_trace(struct kmem_cache *s, gfp_t gfpflags, size_t size)', alloc(2)],
    ['void *kmalloc_node_trace(struct kmem_cache *s, gfp_t gfpflags, int node, size_t size)', alloc(3)],
    ['void *kmalloc_large(size_t size, gfp_t flags)', alloc(0)],
    ['void *kmalloc_large_node(size_t size, gfp_t flags, int node)', alloc(0)],
    ['void *__kmalloc_node_track_caller(size_t size, gfp_t gfpflags, int node, unsigned long caller)', alloc(0)],
    ['void kfree(const void *object)', free(0)],
    ['void kfree_sensitive(const void *p)', free(0)],
    ['void kfree_const(const void *x)', free(0)],
    [
      'void *krealloc(const void *p, size_t new_size, gfp_t flags)',
      (call) => reallocate(call, call.pointer(0), call.size(1)),
    ],
    ['size_t ksize(const void *objp)', (call) => usableSize(call, call.pointer(0))],
    [
      'struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align, slab_flags_t flags, void (*ctor)(void *))',
      (call) => createCache(call, 4),
    ],
    [
      'struct kmem_cache *kmem_cache_create_usercopy(const char *name, unsigned int size, unsigned int align, slab_flags_t flags, unsigned int useroffset, unsigned int usersize, void (*ctor)(void *))',
      (call) => createCache(call, 6),
    ],
    ['void kmem_cache_destroy(struct kmem_cache *s)', (call) => destroyCache(call, call.pointer(0))],
    ['void *kmem_cache_alloc(struct kmem_cache *s, gfp_t gfpflags)', allocateFrom],
    ['void *kmem_cache_alloc_node(struct kmem_cache *s, gfp_t gfpflags, int node)', allocateFrom],
    ['void *kmem_cache_alloc_lru(struct kmem_cache *s, struct list_lru *lru, gfp_t gfpflags)', allocateFrom],
    ['void kmem_cache_free(struct kmem_cache *s, void *x)', free(1)],
    [
      'unsigned int kmem_cache_size(struct kmem_cache *s)',
      (call) => cacheState(call.kernel).caches[call.pointer(0)]?.size ?? 0,
    ],
    ['int kmem_cache_shrink(struct kmem_cache *cachep)', () => 0],
  ]),
  ...rowsOf('drivers/base/devres.c', [
    ['void *devm_kmalloc(struct device *dev, size_t size, gfp_t gfp)', alloc(1)],
    ['void devm_kfree(struct device *dev, const void *p)', free(1)],
  ]),
  ...rowsOf('mm/mempool.c', [
    [
      'mempool_t *mempool_create(int min_nr, mempool_alloc_t *alloc_fn, mempool_free_t *free_fn, void *pool_data)',
      (call) => kzalloc(call.kernel, 256),
    ],
    [
      'mempool_t *mempool_create_node(int min_nr, mempool_alloc_t *alloc_fn, mempool_free_t *free_fn, void *pool_data, gfp_t gfp_mask, int node_id)',
      (call) => kzalloc(call.kernel, 256),
    ],
    [
      'int mempool_init(mempool_t *pool, int min_nr, mempool_alloc_t *alloc_fn, mempool_free_t *free_fn, void *pool_data)',
      () => 0,
    ],
    ['void mempool_destroy(mempool_t *pool)', free(0)],
    ['void mempool_exit(mempool_t *pool)', () => undefined],
  ]),
];
