import type { Kernel } from '../../../kernel/kernel.ts';
import { kzalloc } from '../../../kernel/memory/heap.ts';
import { PERCPU_OFFSET } from '../../../kernel/memory/percpu.ts';
import type { Address } from '../../../memory/address.ts';
import { READ_WRITE } from '../../../memory/mapping.ts';
import type { Fields } from '../fields.ts';
import { jiffies } from '../tasks/virtual-clock.ts';
import { ctypeTable } from './ctype.ts';
import {
  bootCpu,
  consoles,
  type Fill,
  initNet,
  initTask,
  networkNamespaces,
  onlyCpu,
  writeText,
} from './kernel-objects.ts';
import { fillParavirtOps } from './native-code.ts';
import { PARAM_OPS_DATA } from './param-ops.ts';

/** `__PAGE_OFFSET_BASE_L4`, `__VMEMMAP_BASE_L4`, `__VMALLOC_BASE_L4`: arch/x86/include/asm/page_64_types.h and pgtable. */
export const PAGE_OFFSET: Address = -0x778000000000;
export const VMEMMAP_BASE: Address = -0x160000000000;
export const VMALLOC_BASE: Address = -0x370000000000;
/** Memory of the emulated machine, in bytes. */
export const MEMORY_SIZE = 0x40000000 + 0x3c000000;

/** The kernel's data comes into being in runs of this size. */
const CHUNK = 0x4000;
/** The kernel image may not reach farther than this from the start of its data: what is behind is the module area. */
const IMAGE_DATA_SIZE = 0x3000000;
/** The low megabyte of the direct map: firmware tables that drivers look through. */
const LOW_MEMORY = 0x100000;
/** Where the kernel image lies in physical memory, `CONFIG_PHYSICAL_START`: what the direct map shows of it is zero. */
const IMAGE_PHYSICAL = 0x1000000;
/** Room that struct pages may take. */
const VMEMMAP_SIZE = 0x4000000000;
/** Alignment of the kernel's read-only data behind its text: `HPAGE_SIZE`. */
const HUGE_PAGE = 0x200000;

/** Where the kernel image's data begins: behind the huge page that holds the last of its known functions. */
export function dataStart(lastFunction: Address): Address {
  return Math.floor(lastFunction / HUGE_PAGE) * HUGE_PAGE + HUGE_PAGE;
}

/** What the image has there, else zeros. */
function imageBytes({ profile }: Kernel, base: Address): Uint8Array {
  const bytes = new Uint8Array(CHUNK);
  for (const { address, size } of profile.text?.runs ?? []) {
    const start = Math.max(base, address);
    const end = Math.min(base + CHUNK, address + size);
    const known = start < end ? profile.text?.read(start, end - start) : undefined;
    if (known) bytes.set(known, start - base);
  }
  return bytes;
}

const u32 =
  (value: number): Fill =>
  ({ kernel, address }) =>
    kernel.memory.writeU32(address, value);
const u64 =
  (value: bigint): Fill =>
  ({ kernel, address }) =>
    kernel.memory.writeU64(address, value);
const pointer = (value: Address): Fill => u64(BigInt.asUintN(64, BigInt(value)));
/** A pointer to a zeroed structure. */
const object =
  (structure: string): Fill =>
  ({ kernel, fields, address }) =>
    kernel.memory.writePointer(address, kzalloc(kernel, fields.size(structure) || 256));
const text =
  (value: string): Fill =>
  ({ kernel, address }) =>
    writeText(kernel, address, value);

const resource =
  (name: string, end: bigint, flags: bigint): Fill =>
  ({ kernel, fields, address }) => {
    const label = kzalloc(kernel, name.length + 1);
    writeText(kernel, label, name);
    kernel.memory.writeU64(address + fields.offset('resource', 'end'), end);
    kernel.memory.writePointer(address + fields.offset('resource', 'name'), label);
    kernel.memory.writeU64(address + fields.offset('resource', 'flags'), flags);
  };

const utsNamespace: Fill = ({ kernel, fields, address }) => {
  const { profile } = kernel;
  const at = address + (fields.find('uts_namespace', 'name') ?? 0);
  const values = ['Linux', '(none)', profile.release, profile.version, profile.machine, '(none)'];
  for (const [index, value] of values.entries()) writeText(kernel, at + index * 65, value.slice(0, 64));
};

const paravirtOps: Fill = ({ kernel, fields, address }) => fillParavirtOps(kernel, fields, address);

const bytes =
  (value: () => Uint8Array): Fill =>
  ({ kernel, address }) => {
    for (const [index, byte] of value().entries()) kernel.memory.writeU8(address + index, byte);
  };

const WORKQUEUES = [
  'system_wq',
  'system_highpri_wq',
  'system_long_wq',
  'system_unbound_wq',
  'system_freezable_wq',
  'system_power_efficient_wq',
  'system_freezable_power_efficient_wq',
];
const KOBJECTS = ['kernel_kobj', 'fs_kobj', 'mm_kobj', 'hypervisor_kobj', 'firmware_kobj', 'power_kobj'];
const CPU_MASKS = ['__cpu_online_mask', '__cpu_possible_mask', '__cpu_present_mask', '__cpu_active_mask'];

/** Exported data that modules read: what it holds on a small machine with one processor. */
const DATA: Readonly<Record<string, Fill>> = {
  page_offset_base: pointer(PAGE_OFFSET),
  vmemmap_base: pointer(VMEMMAP_BASE),
  vmalloc_base: pointer(VMALLOC_BASE),
  __per_cpu_offset: pointer(PERCPU_OFFSET),
  high_memory: pointer(PAGE_OFFSET + MEMORY_SIZE),
  physical_mask: u64((1n << 46n) - 1n),
  __default_kernel_pte_mask: u64(0xffff_ffff_ffff_ffffn),
  __supported_pte_mask: u64(0xffff_ffff_ffff_ffffn),
  jiffies: ({ kernel, address }) => kernel.memory.writeU64(address, jiffies(kernel)),
  nr_cpu_ids: u32(1),
  __num_online_cpus: u32(1),
  nr_node_ids: u32(1),
  nr_online_nodes: u32(1),
  _totalram_pages: u64(BigInt(MEMORY_SIZE / 4096)),
  hrtimer_resolution: u32(1),
  cpu_khz: u32(2_000_000),
  tsc_khz: u32(2_000_000),
  loops_per_jiffy: u64(4_000_000n),
  console_printk: ({ kernel, address }) => {
    for (const [index, level] of [7, 4, 1, 7].entries()) kernel.memory.writeU32(address + index * 4, level);
  },
  system_state: u32(4),
  overflowuid: u32(65534),
  overflowgid: u32(65534),
  hex_asc: text('0123456789abcdef'),
  hex_asc_upper: text('0123456789ABCDEF'),
  _ctype: bytes(ctypeTable),
  init_uts_ns: utsNamespace,
  init_task: initTask,
  init_net: initNet,
  boot_cpu_data: bootCpu,
  net_namespace_list: networkNamespaces,
  vc_cons: consoles,
  node_to_cpumask_map: onlyCpu,
  pv_ops: paravirtOps,
  iomem_resource: resource('PCI mem', (1n << 40n) - 1n, 0x200n),
  ioport_resource: resource('PCI IO', 0xffffn, 0x100n),
  ...Object.fromEntries(CPU_MASKS.map((name) => [name, u64(1n)])),
  ...Object.fromEntries(WORKQUEUES.map((name) => [name, object('workqueue_struct')])),
  ...Object.fromEntries(KOBJECTS.map((name) => [name, object('kobject')])),
  ...PARAM_OPS_DATA,
};

/** Names of the exported data that is filled as on a booted machine. */
export const MODELLED_DATA: readonly string[] = Object.keys(DATA);

/** No data symbol that is filled is larger, in bytes. */
const LARGEST_FILL = 0x3000;

/** The chunks that a symbol may reach into. */
function chunksOf(address: Address): Address[] {
  const first = Math.floor(address / CHUNK) * CHUNK;
  return address + LARGEST_FILL > first + CHUNK ? [first, first + CHUNK] : [first];
}

/**
 * Has the kernel's data, firmware tables and struct pages come into being when they are first touched: zeroed, with what
 * the symbols hold that stand there. A chunk that is mapped, in this command or an earlier one, is filled.
 * `imageData`: where the kernel image's data begins.
 */
export function pageKernelData(kernel: Kernel, fields: Fields, imageData: Address): void {
  const areas: readonly (readonly [Address, number])[] = [
    [imageData, IMAGE_DATA_SIZE],
    [PAGE_OFFSET, LOW_MEMORY],
    [PAGE_OFFSET + IMAGE_PHYSICAL, IMAGE_DATA_SIZE],
    [VMEMMAP_BASE, VMEMMAP_SIZE],
  ];
  let symbols: readonly DataSymbol[] | undefined;
  kernel.memory.onMissing((address) => {
    const area = areas.find(([start, size]) => address >= start && address < start + size);
    if (!area) return;
    if (area === areas[0]) symbols ??= dataSymbols(kernel);
    const chunks = new Set([Math.floor(address / CHUNK) * CHUNK]);
    const filled = area === areas[0] ? closure(chunks, symbols ?? []) : [];
    for (const chunk of chunks) {
      if (!kernel.memory.find(chunk)) kernel.memory.map(chunk, imageBytes(kernel, chunk), READ_WRITE, 'kernel data');
    }
    for (const { address: at, fill } of filled) fill({ kernel, fields, address: at });
  });
}

interface DataSymbol {
  readonly address: Address;
  readonly fill: Fill;
}

function dataSymbols({ profile }: Kernel): DataSymbol[] {
  return Object.entries(DATA).flatMap(([name, fill]) => {
    const address = profile.exports.find(name)?.address;
    return address === undefined ? [] : [{ address, fill }];
  });
}

/** The symbols that reach into these chunks, in their order; adds to `chunks` what else they reach into. */
function closure(chunks: Set<Address>, symbols: readonly DataSymbol[]): DataSymbol[] {
  const found = new Set<DataSymbol>();
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const symbol of symbols.filter(({ address }) => chunksOf(address).some((chunk) => chunks.has(chunk)))) {
      found.add(symbol);
      for (const chunk of chunksOf(symbol.address)) chunks.add(chunk);
    }
  }
  return symbols.filter((symbol) => found.has(symbol));
}
