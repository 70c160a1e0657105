import type { Address } from '../../memory/address.ts';
import type { KernelProfile } from '../../profile/kernel-profile.ts';
import { MODELLED_DATA } from '../core/kernel-data/kernel-data.ts';
import { CANARY_OFFSET } from '../core/kernel-data/percpu.ts';

/** Per-CPU variables that are kept: the running task, its preemption, the only processor. */
const PERCPU = ['current_task', '__preempt_count', 'cpu_number', 'this_cpu_off'];

/** Where what is kept stands, when it is larger than a word: structures by name, else bytes. */
const EXTENTS: Readonly<Record<string, string | number>> = {
  init_task: 'task_struct',
  init_net: 'net',
  init_uts_ns: 'uts_namespace',
  boot_cpu_data: 'cpuinfo_x86',
  iomem_resource: 'resource',
  ioport_resource: 'resource',
  __cpu_online_mask: 'cpumask',
  __cpu_possible_mask: 'cpumask',
  __cpu_present_mask: 'cpumask',
  __cpu_active_mask: 'cpumask',
  console_printk: 16,
  hex_asc: 16,
  hex_asc_upper: 16,
  _ctype: 256,
  kmalloc_caches: 448,
};
/** Exported data that modules hand on without looking at it. */
const HANDED_ON = ['kmalloc_caches', 'phys_base'];
/** What no code but the image's own may count on: calls that a boot replaces. */
const NOT_TRUE = new Set(['pv_ops']);
const WORD = 8;

/** The kernel's data of which code may make use: what the profile says stands in it is there in the emulated kernel too. */
export class KnownData {
  readonly #places: readonly { readonly address: Address; readonly size: number }[];
  readonly #percpu: readonly { readonly address: Address; readonly size: number }[];
  readonly #readOnly: { readonly start: Address; readonly end: Address } | undefined;

  constructor(profile: KernelProfile) {
    const names = [...MODELLED_DATA, ...HANDED_ON].filter((name) => !NOT_TRUE.has(name));
    const place = (name: string) => {
      const address = profile.exports.find(name)?.address;
      return address === undefined ? [] : [{ address, size: sizeOf(profile, name) }];
    };
    this.#places = names.flatMap(place);
    this.#percpu = [{ address: CANARY_OFFSET, size: WORD }, ...PERCPU.flatMap(place)];
    this.#readOnly = readOnlyData(profile);
  }

  /** Constant data of the image. */
  isConstant(address: Address): boolean {
    return this.#readOnly !== undefined && address >= this.#readOnly.start && address < this.#readOnly.end;
  }

  /** Exported data that is as in a booted kernel. */
  isKept(address: Address): boolean {
    return within(this.#places, address);
  }

  /** A per-CPU variable, by its offset, that is kept. */
  isKeptPercpu(offset: Address): boolean {
    return within(this.#percpu, offset);
  }
}

function within(places: readonly { readonly address: Address; readonly size: number }[], at: Address): boolean {
  return places.some(({ address, size }) => at >= address && at < address + size);
}

function sizeOf(profile: KernelProfile, name: string): number {
  const extent = EXTENTS[name] ?? WORD;
  return typeof extent === 'number' ? extent : (profile.layout(extent)?.size ?? WORD);
}

/** `.rodata` up to what is written once at boot. */
function readOnlyData(profile: KernelProfile) {
  const run = profile.text?.runs[1];
  if (!run) return undefined;
  const end = profile.symbolAddress('__start_ro_after_init') ?? run.address;
  return { start: run.address, end: Math.min(end, run.address + run.size) };
}
