import type { Kernel } from '../../../kernel/kernel.ts';
import { kzalloc } from '../../../kernel/memory/heap.ts';
import type { Address } from '../../../memory/address.ts';
import { initListHead, listAddTail } from '../../lists.ts';
import type { Fields } from '../fields.ts';
import { writeOnlyCpu } from './percpu.ts';

/** What a data symbol holds when the machine has booted. */
export type Fill = (fill: { kernel: Kernel; fields: Fields; address: Address }) => void;

/** Writes a C string. */
export function writeText(kernel: Kernel, address: Address, value: string): void {
  for (let index = 0; index < value.length; index++) kernel.memory.writeU8(address + index, value.charCodeAt(index));
}

const NAMESPACES = { uts_ns: 'init_uts_ns', net_ns: 'init_net', pid_ns_for_children: 'init_pid_ns' } as const;

/** `init_task`: the first task, whose namespaces and credentials all others take over. */
export const initTask: Fill = ({ kernel, fields, address }) => {
  const at = (field: string): Address => address + fields.offset('task_struct', field);
  writeText(kernel, at('comm'), 'swapper/0');
  for (const field of ['tasks', 'children', 'sibling', 'thread_group']) {
    kernel.memory.writePointer(at(field), at(field));
    kernel.memory.writePointer(at(field) + 8, at(field));
  }
  for (const field of ['parent', 'real_parent', 'group_leader']) kernel.memory.writePointer(at(field), address);
  const cred = kzalloc(kernel, fields.size('cred') || 256);
  const user = kernel.profile.exports.find('init_user_ns')?.address;
  const space = fields.find('cred', 'user_ns');
  if (user !== undefined && space !== undefined) kernel.memory.writePointer(cred + space, user);
  for (const field of ['cred', 'real_cred']) kernel.memory.writePointer(at(field), cred);
  for (const [field, structure] of [
    ['fs', 'fs_struct'],
    ['files', 'files_struct'],
    ['signal', 'signal_struct'],
    ['sighand', 'sighand_struct'],
  ] as const) {
    kernel.memory.writePointer(at(field), kzalloc(kernel, fields.size(structure) || 256));
  }
  kernel.memory.writePointer(at('nsproxy'), namespaces(kernel, fields));
};

/** `init_nsproxy`: the first namespaces, as far as they are exported. */
function namespaces(kernel: Kernel, fields: Fields): Address {
  const proxy = kzalloc(kernel, fields.size('nsproxy') || 256);
  for (const [field, symbol] of Object.entries(NAMESPACES)) {
    const [offset, address] = [fields.find('nsproxy', field), kernel.profile.exports.find(symbol)?.address];
    if (offset !== undefined && address !== undefined) kernel.memory.writePointer(proxy + offset, address);
  }
  return proxy;
}

const LISTS_OF_NET = ['dev_base_head', 'list', 'exit_list', 'rules_ops'];
/** What `early_identify_cpu` makes of the emulated processor's CPUID (an Intel of the x86-64 baseline): bytes, words. */
const CPU_BYTES = { x86: 6, x86_model: 15, x86_stepping: 1, x86_virt_bits: 48, x86_phys_bits: 40 } as const;
const CPU_WORDS = { cpuid_level: 1, x86_cache_alignment: 64, x86_clflush_size: 64, x86_max_cores: 1 } as const;
/** `x86_capability[]` by index: leaf 1 edx without the vector unit, which has no arithmetic; leaf 0x80000001 edx, ecx. */
const CPU_CAPABILITIES = { 0: 0x000bfbff, 1: 0x2c100800, 6: 1 } as const;

/** `boot_cpu_data`. */
export const bootCpu: Fill = ({ kernel: { memory }, fields, address }) => {
  const at = (field: string): Address | undefined => {
    const offset = fields.find('cpuinfo_x86', field);
    return offset === undefined ? undefined : address + offset;
  };
  for (const [field, value] of Object.entries(CPU_BYTES)) {
    const place = at(field);
    if (place !== undefined) memory.writeU8(place, value);
  }
  for (const [field, value] of Object.entries(CPU_WORDS)) {
    const place = at(field);
    if (place !== undefined) memory.writeU16(place, value);
  }
  const capabilities = at('x86_capability');
  if (capabilities === undefined) return;
  for (const [index, bits] of Object.entries(CPU_CAPABILITIES)) memory.writeU32(capabilities + Number(index) * 4, bits);
};

const CONSOLE = { vc_cols: 80, vc_rows: 25 } as const;

/** `setup_net` of `init_net`: no device but the ones that modules register. */
export const initNet: Fill = ({ kernel, fields, address }) => {
  const at = (field: string): Address => address + (fields.find('net', field) ?? 0);
  for (const field of ['proc_net', 'proc_net_stat']) {
    kernel.memory.writePointer(at(field), kzalloc(kernel, fields.size('proc_dir_entry') || 192));
  }
  for (const field of LISTS_OF_NET) initListHead(kernel.memory, at(field));
  for (const field of ['dev_name_head', 'dev_index_head']) kernel.memory.writePointer(at(field), kzalloc(kernel, 2048));
  const user = kernel.profile.exports.find('init_user_ns')?.address;
  if (user !== undefined) kernel.memory.writePointer(at('user_ns'), user);
  kernel.memory.writeU32(at('passive'), 1);
};

/** The first virtual terminal. */
export const consoles: Fill = ({ kernel, fields, address }) => {
  const terminal = kzalloc(kernel, fields.size('vc_data') || 1024);
  for (const [field, value] of Object.entries(CONSOLE)) {
    const offset = fields.find('vc_data', field);
    if (offset !== undefined) kernel.memory.writeU32(terminal + offset, value);
  }
  kernel.memory.writePointer(address, terminal);
};

/** A pointer to the mask of the only processor. */
export const onlyCpu: Fill = ({ kernel, address }) => writeOnlyCpu(kernel, address);

/** `net_namespace_list`: the first namespace alone. */
export const networkNamespaces: Fill = ({ kernel, fields, address }) => {
  const [net, list] = [kernel.profile.exports.find('init_net')?.address, fields.find('net', 'list')];
  if (net !== undefined && list !== undefined) listAddTail(kernel.memory, net + list, address);
};
