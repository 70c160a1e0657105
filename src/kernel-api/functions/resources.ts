import { kfree, kzalloc } from '../../kernel/heap.ts';
import { subsystem } from '../../kernel/subsystem.ts';
import type { Address } from '../../memory/address.ts';
import { READ_WRITE } from '../../memory/address-space.ts';
import { copyInString } from '../guest-text.ts';
import { type GuestCall, rowsOf } from '../kernel-function.ts';

const EBUSY = -16;
const EINVAL = -22;
/** `IRQF_SHARED`, include/linux/interrupt.h. */
const IRQF_SHARED = 0x80;
/** Interrupt lines that the kernel's own drivers hold alone on a fresh machine: /proc/interrupts. */
const HELD_ALONE = [0, 1, 2, 4, 8, 12];
/** Lines that are held, but shared. */
const NUMBER_OF_IRQS = 256;

interface Region {
  readonly resource: Address;
  readonly kind: Address;
  readonly start: number;
  readonly end: number;
}

interface Irq {
  readonly irq: number;
  readonly device: Address;
  readonly shared: boolean;
}

/** Port and memory regions of a fresh machine that are taken: /proc/ioports, `BUSY` ones. */
const TAKEN_PORTS: readonly (readonly [number, number])[] = [
  [0x00, 0x1f],
  [0x20, 0x21],
  [0x40, 0x43],
  [0x50, 0x53],
  [0x60, 0x60],
  [0x64, 0x64],
  [0x70, 0x77],
  [0x80, 0x8f],
  [0xa0, 0xa1],
  [0xc0, 0xdf],
  [0xf0, 0xff],
  [0x3d4, 0x3d5],
  [0x3f8, 0x3ff],
];

const resourceState = subsystem('resource', () => ({ regions: [] as Region[], irqs: [] as Irq[] }));

/** `__request_region`: a busy resource below a parent, or NULL when it overlaps one. */
function request(call: GuestCall): Address {
  const [kind, start, size] = [call.pointer(0), call.size(1), call.size(2)];
  const end = start + size - 1;
  const { regions } = resourceState(call.kernel);
  const overlaps = (low: number, high: number): boolean => start <= high && low <= end;
  const isPorts = kind === call.kernel.profile.exports.find('ioport_resource')?.address;
  if (isPorts && TAKEN_PORTS.some(([low, high]) => overlaps(low, high))) return 0;
  if (regions.some((region) => region.kind === kind && overlaps(region.start, region.end))) return 0;
  const resource = kzalloc(call.kernel, call.session.fields.size('resource'));
  fill(call, resource, start, end, call.pointer(3) === 0 ? '' : call.string(3));
  regions.push({ resource, kind, start, end });
  return resource;
}

function fill(call: GuestCall, resource: Address, start: number, end: number, name: string): void {
  const { session, memory } = call;
  memory.writeU64(session.at(resource, 'resource', 'start'), BigInt(start));
  memory.writeU64(session.at(resource, 'resource', 'end'), BigInt(end));
  memory.writePointer(session.at(resource, 'resource', 'name'), copyInString(session, name));
}

function release(call: GuestCall): void {
  const [kind, start] = [call.pointer(0), call.size(1)];
  const { regions } = resourceState(call.kernel);
  const at = regions.findIndex((region) => region.kind === kind && region.start === start);
  if (at < 0) return;
  kfree(call.kernel, regions[at]!.resource);
  regions.splice(at, 1);
}

/** `request_threaded_irq`: an interrupt line of a machine on which none ever comes. */
function requestIrq(call: GuestCall): number {
  const [irq, handler, thread, flags, device] = [
    call.unsigned(0),
    call.pointer(1),
    call.pointer(2),
    call.int(3),
    call.pointer(5),
  ];
  const shared = (flags & IRQF_SHARED) !== 0;
  if ((shared && device === 0) || (handler === 0 && thread === 0) || irq >= NUMBER_OF_IRQS) return EINVAL;
  const { irqs } = resourceState(call.kernel);
  const others = irqs.filter((each) => each.irq === irq);
  if (HELD_ALONE.includes(irq) || others.some((each) => !each.shared || !shared)) return EBUSY;
  irqs.push({ irq, device, shared });
  return 0;
}

function freeIrq(call: GuestCall): number {
  const [irq, device] = [call.unsigned(0), call.pointer(1)];
  const { irqs } = resourceState(call.kernel);
  const at = irqs.findIndex((each) => each.irq === irq && each.device === device);
  if (at >= 0) irqs.splice(at, 1);
  return 0;
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

/** Regions, interrupts and device memory. */
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
  ...rowsOf('kernel/irq/manage.c', [
    [
      'int request_threaded_irq(unsigned int irq, irq_handler_t handler, irq_handler_t thread_fn, unsigned long irqflags, const char *devname, void *dev_id)',
      requestIrq,
    ],
    ['const void *free_irq(unsigned int irq, void *dev_id)', freeIrq],
    ['void disable_irq(unsigned int irq)', () => undefined],
    ['void disable_irq_nosync(unsigned int irq)', () => undefined],
    ['void enable_irq(unsigned int irq)', () => undefined],
    ['void synchronize_irq(unsigned int irq)', () => undefined],
  ]),
  ...rowsOf('kernel/irq/autoprobe.c', [
    ['unsigned long probe_irq_on(void)', () => 0],
    ['int probe_irq_off(unsigned long val)', () => 0],
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
