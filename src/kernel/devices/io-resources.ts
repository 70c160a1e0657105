import type { Address } from '../../memory/address.ts';
import type { Kernel } from '../kernel.ts';
import { subsystem } from '../subsystem.ts';

/** `ioport_resource` and `iomem_resource`: kernel/resource.c. */
export type ResourceSpace = 'ports' | 'memory';

/** A `struct resource`. */
interface Resource {
  readonly start: number;
  readonly end: number;
  readonly name: string;
  /** `IORESOURCE_BUSY`: nothing may be requested inside. */
  readonly busy: boolean;
}

/** A region that a module holds. */
interface Region extends Resource {
  readonly space: ResourceSpace;
  /** The guest's `struct resource`. */
  readonly address: Address;
}

const busy = (start: number, end: number, name: string): Resource => ({ start, end, name, busy: true });
const open = (start: number, end: number, name: string): Resource => ({ start, end, name, busy: false });

/** Resources of a fresh machine: /proc/ioports and /proc/iomem. */
const BUILTIN: Readonly<Record<ResourceSpace, readonly Resource[]>> = {
  ports: [
    open(0x0000, 0x0cf7, 'PCI Bus 0000:00'),
    busy(0x0000, 0x001f, 'dma1'),
    busy(0x0020, 0x0021, 'pic1'),
    busy(0x0040, 0x0043, 'timer0'),
    busy(0x0050, 0x0053, 'timer1'),
    busy(0x0060, 0x0060, 'keyboard'),
    busy(0x0064, 0x0064, 'keyboard'),
    busy(0x0070, 0x0077, 'rtc0'),
    busy(0x0080, 0x008f, 'dma page reg'),
    busy(0x00a0, 0x00a1, 'pic2'),
    busy(0x00c0, 0x00df, 'dma2'),
    busy(0x00f0, 0x00ff, 'fpu'),
    open(0x0170, 0x0177, '0000:00:01.1'),
    open(0x01f0, 0x01f7, '0000:00:01.1'),
    busy(0x02f8, 0x02ff, 'serial'),
    open(0x0376, 0x0376, '0000:00:01.1'),
    busy(0x03d4, 0x03d5, 'cga'),
    open(0x03f6, 0x03f6, '0000:00:01.1'),
    busy(0x03f8, 0x03ff, 'serial'),
    open(0x0510, 0x051b, 'QEMU0002:00'),
    open(0x0600, 0x063f, '0000:00:01.3'),
    busy(0x0600, 0x0603, 'ACPI PM1a_EVT_BLK'),
    busy(0x0604, 0x0605, 'ACPI PM1a_CNT_BLK'),
    busy(0x0608, 0x060b, 'ACPI PM_TMR'),
    open(0x0700, 0x070f, '0000:00:01.3'),
    busy(0x0cf8, 0x0cff, 'PCI conf1'),
    open(0x0d00, 0xffff, 'PCI Bus 0000:00'),
    busy(0xafe0, 0xafe3, 'ACPI GPE0_BLK'),
    open(0xc000, 0xc00f, '0000:00:01.1'),
  ],
  memory: [
    busy(0x00000000, 0x00000fff, 'Reserved'),
    busy(0x00001000, 0x0009fbff, 'System RAM'),
    busy(0x0009fc00, 0x0009ffff, 'Reserved'),
    open(0x000a0000, 0x000bffff, 'PCI Bus 0000:00'),
    busy(0x000c0000, 0x000c05ff, 'Video ROM'),
    busy(0x000f0000, 0x000fffff, 'Reserved'),
    busy(0x000f0000, 0x000fffff, 'System ROM'),
    busy(0x00100000, 0x3ffdffff, 'System RAM'),
    open(0x3ffe0000, 0x3fffffff, 'Reserved'),
    open(0x40000000, 0xfebfffff, 'PCI Bus 0000:00'),
    busy(0xfec00000, 0xfec003ff, 'IOAPIC 0'),
    open(0xfed00000, 0xfed003ff, 'HPET 0'),
    open(0xfed00000, 0xfed003ff, 'PNP0103:00'),
    busy(0xfee00000, 0xfee00fff, 'Local APIC'),
    open(0xfffc0000, 0xffffffff, 'Reserved'),
    open(0x100000000, 0x17fffffff, 'PCI Bus 0000:00'),
    open(0xfd00000000, 0xffffffffff, 'Reserved'),
  ],
};

const state = subsystem('io-resources', () => ({ regions: [] as Region[] }));

const inSpace = (kernel: Kernel, space: ResourceSpace): Region[] =>
  state(kernel).regions.filter((region) => region.space === space);

/**
 * Whether a busy region may stand there: it overlaps nothing but resources that are not busy and hold the whole of it.
 * Source: kernel/resource.c, `__request_region_locked`.
 */
export function isRegionFree(kernel: Kernel, space: ResourceSpace, start: number, end: number): boolean {
  return [...BUILTIN[space], ...inSpace(kernel, space)].every(
    (other) => end < other.start || other.end < start || (!other.busy && other.start <= start && end <= other.end),
  );
}

/** Adds a busy region; requires that its place is free. */
export function addRegion(kernel: Kernel, region: Omit<Region, 'busy'>): void {
  state(kernel).regions.push({ ...region, busy: true });
}

/** Takes the region of these bounds away: `__release_region`. Undefined: there is none. */
export function removeRegion(kernel: Kernel, space: ResourceSpace, start: number, end: number): Address | undefined {
  const { regions } = state(kernel);
  const at = regions.findIndex((each) => each.space === space && each.start === start && each.end === end);
  return at < 0 ? undefined : regions.splice(at, 1)[0]!.address;
}

/** /proc/ioports, /proc/iomem: kernel/resource.c, `r_show`. */
export function procResources(kernel: Kernel, space: ResourceSpace): string {
  const width = space === 'ports' ? 4 : 8;
  const hex = (value: number): string => value.toString(16).padStart(width, '0');
  const sorted = [...BUILTIN[space], ...inSpace(kernel, space)].sort((a, b) => a.start - b.start || b.end - a.end);
  const above: Resource[] = [];
  return sorted
    .map((resource) => {
      while (above.length > 0 && above.at(-1)!.end < resource.start) above.pop();
      above.push(resource);
      return `${'  '.repeat(above.length - 1)}${hex(resource.start)}-${hex(resource.end)} : ${resource.name}\n`;
    })
    .join('');
}
