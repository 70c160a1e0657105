import { addRegion, isRegionFree, type ResourceSpace, removeRegion } from '../../../kernel/devices/io-resources.ts';
import { KERN, printk } from '../../../kernel/log/printk.ts';
import { kfree, kzalloc } from '../../../kernel/memory/heap.ts';
import { subsystem } from '../../../kernel/subsystem.ts';
import type { Address } from '../../../memory/address.ts';
import { READ_WRITE } from '../../../memory/mapping.ts';
import { copyInString } from '../../guest-text.ts';
import { type GuestCall, rowsOf } from '../../kernel-function.ts';

/** `__request_region`: a busy resource below a parent, or NULL when its place is taken. */
function request(call: GuestCall): Address {
  const [space, start, end] = bounds(call);
  if (!isRegionFree(call.kernel, space, start, end)) return 0;
  const address = kzalloc(call.kernel, call.session.fields.size('resource'));
  const name = call.pointer(3) === 0 ? '' : call.string(3);
  fill(call, address, start, end, name);
  addRegion(call.kernel, { space, start, end, name, address });
  return address;
}

function bounds(call: GuestCall): [ResourceSpace, number, number] {
  const isPorts = call.pointer(0) === call.kernel.profile.exports.find('ioport_resource')?.address;
  const start = call.size(1);
  return [isPorts ? 'ports' : 'memory', start, start + call.size(2) - 1];
}

function fill(call: GuestCall, resource: Address, start: number, end: number, name: string): void {
  const { session, memory } = call;
  memory.writeU64(session.at(resource, 'resource', 'start'), BigInt(start));
  memory.writeU64(session.at(resource, 'resource', 'end'), BigInt(end));
  memory.writePointer(session.at(resource, 'resource', 'name'), copyInString(session, name));
}

/** `__release_region`: complains of a region that is not held. */
function release(call: GuestCall): void {
  const [space, start, end] = bounds(call);
  const address = removeRegion(call.kernel, space, start, end);
  if (address !== undefined) kfree(call.kernel, address);
  else {
    const hex = (value: number): string => `0x${value.toString(16).padStart(16, '0')}`;
    printk(call.kernel, KERN.WARNING, `resource: Trying to free nonexistent resource <${hex(start)}-${hex(end)}>`);
  }
}

const remapState = subsystem('ioremap', () => ({ next: -0x36fe00000000 as number }));

/** `ioremap`: registers of a device that is not there; they read as zeros. */
function ioremap(call: GuestCall): Address {
  const size = Math.min(Math.max(call.size(1), 1), 1 << 24);
  const state = remapState(call.kernel);
  const base = state.next;
  const pages = Math.ceil(size / 4096) * 4096;
  call.memory.map(base, new Uint8Array(pages), READ_WRITE, 'ioremap');
  state.next = base + pages + 4096;
  return base;
}

function iounmap(call: GuestCall): void {
  if (call.memory.find(call.pointer(0))?.name === 'ioremap') call.memory.unmap(call.pointer(0));
}

/** Ports are handed out as small numbers: lib/iomap.c, `PIO_OFFSET`. */
const PIO_OFFSET = 0x10000;

/** What a bus without a device answers: all ones. */
function readIo(call: GuestCall, size: 1 | 2 | 4): number {
  const address = call.pointer(0);
  if (address >= 0 && address < PIO_OFFSET * 2) return size === 1 ? 0xff : size === 2 ? 0xffff : 0xffffffff;
  return call.memory.view(address, size, 'read').reduceRight((sum, byte) => sum * 256 + byte, 0);
}

function writeIo(call: GuestCall, size: 1 | 2 | 4): void {
  const [value, address] = [call.unsigned(0), call.pointer(1)];
  if (address >= 0 && address < PIO_OFFSET * 2) return;
  const bytes = call.memory.view(address, size, 'write');
  for (let index = 0; index < size; index++) bytes[index] = (value >>> (8 * index)) & 0xff;
}

/** Regions and device memory. */
export const resourceFunctions = () => [
  ...rowsOf('kernel/resource.c', [
    [
      'struct resource *__request_region(struct resource *parent, resource_size_t start, resource_size_t n, const char *name, int flags)',
      request,
    ],
    ['void __release_region(struct resource *parent, resource_size_t start, resource_size_t n)', release],
    ['int request_resource(struct resource *root, struct resource *new)', () => 0],
    ['int release_resource(struct resource *old)', () => 0],
  ]),
  ...rowsOf('arch/x86/mm/ioremap.c', [
    ['void *ioremap(resource_size_t phys_addr, unsigned long size)', ioremap],
    ['void *ioremap_wc(resource_size_t phys_addr, unsigned long size)', ioremap],
    ['void *ioremap_cache(resource_size_t phys_addr, unsigned long size)', ioremap],
    ['void iounmap(volatile void *addr)', iounmap],
  ]),
  ...rowsOf('lib/iomap.c', [
    ['void *ioport_map(unsigned long port, unsigned int nr)', (call) => PIO_OFFSET + call.unsigned(0)],
    ['void ioport_unmap(void *addr)', () => undefined],
    ['unsigned int ioread8(const void *addr)', (call) => readIo(call, 1)],
    ['unsigned int ioread16(const void *addr)', (call) => readIo(call, 2)],
    ['unsigned int ioread32(const void *addr)', (call) => readIo(call, 4)],
    ['void iowrite8(u8 val, void *addr)', (call) => writeIo(call, 1)],
    ['void iowrite16(u16 val, void *addr)', (call) => writeIo(call, 2)],
    ['void iowrite32(u32 val, void *addr)', (call) => writeIo(call, 4)],
  ]),
];
