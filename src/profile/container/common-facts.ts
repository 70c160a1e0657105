import { byteString } from '../../elf/c-string.ts';
import type { Address } from '../../memory/address.ts';
import type { KernelProfile, StructLayout } from '../kernel-profile.ts';
import { ProfileError } from '../profile-error.ts';
import { bytesOf } from './bytes.ts';

/*
 * Section `common`: text, a line each: `struct NAME SIZE ,FIELD:OFFSET,FIELD:OFFSET,` or `symbol NAME ADDRESS`; without
 * what follows the name, this kernel has none. What nearly every command asks of the kernel's types and symbols, in a
 * few thousand bytes: to find it there would mean to read most of the sections `btf` and `symbols`.
 */

/** What section `common` says; undefined: nothing about this name. A null: the kernel has none. */
export interface CommonFacts {
  /** Raises ProfileError. */
  layout(structName: string): StructLayout | null | undefined;
  /** Raises ProfileError. */
  symbol(name: string): Address | null | undefined;
}

/** The structures in section `common`. */
export const COMMON_STRUCTS = [
  ...[
    'module',
    'module_layout',
    'module_memory',
    'module_kobject',
    'kernel_param',
    'kernel_param_ops',
    'kparam_array',
    'kparam_string',
  ],
  ...[
    'task_struct',
    'pid',
    'upid',
    'signal_struct',
    'sighand_struct',
    'mm_struct',
    'cred',
    'nsproxy',
    'files_struct',
    'fs_struct',
  ],
  ...['net', 'uts_namespace', 'resource', 'cpuinfo_x86', 'vc_data', 'workqueue_struct', 'proc_dir_entry', 'kobject'],
  ...['paravirt_patch_template', 'pv_cpu_ops', 'pv_irq_ops', 'pv_mmu_ops', 'pv_lock_ops'],
  ...['file', 'inode', 'dentry', 'path', 'qstr', 'file_operations', 'proc_ops', 'seq_file', 'seq_operations'],
  ...[
    'cdev',
    'device',
    'class',
    'attribute',
    'kobj_type',
    'kobj_attribute',
    'timer_list',
    'work_struct',
    'delayed_work',
  ],
];

/** The symbols in section `common` that need not be exported. */
export const COMMON_SYMBOLS = ['_etext'];

/** Reads section `common`; an empty one says nothing. */
export function readCommonFacts(bytes: Uint8Array): CommonFacts {
  const text = byteString(bytes, 0, bytes.length);
  return {
    layout(structName) {
      const row = rowOf(text, 'struct', structName);
      return typeof row === 'string' ? { size: numberAt(row, 0), offsetOf: (field) => offsetIn(row, field) } : row;
    },
    symbol(name) {
      const row = rowOf(text, 'symbol', name);
      return typeof row === 'string' ? numberAt(row, 0) : row;
    },
  };
}

/** What follows a name in its line; null: nothing. */
function rowOf(text: string, kind: string, name: string): string | null | undefined {
  const head = `\n${kind} ${name}`;
  const at = text.indexOf(`${head} `);
  if (at < 0) return text.includes(`${head}\n`) ? null : undefined;
  return text.slice(at + head.length + 1, text.indexOf('\n', at + 1));
}

function offsetIn(row: string, field: string): number | undefined {
  const key = `,${field}:`;
  const at = row.indexOf(key);
  return at < 0 ? undefined : numberAt(row, at + key.length);
}

function numberAt(row: string, start: number): number {
  const value = Number.parseInt(row.slice(start, start + 20), 10);
  if (Number.isNaN(value)) throw new ProfileError('kernel profile: damaged table of common facts');
  return value;
}

/** Section `common` of a profile. */
export function encodeCommonFacts(profile: KernelProfile): Uint8Array {
  const structs = COMMON_STRUCTS.map((name) => {
    const layout = profile.layout(name);
    if (!layout) return `struct ${name}`;
    const offsets = new Map(
      (profile.members(name) ?? []).map((member) => [member.name, Math.floor(member.bitOffset / 8)]),
    );
    return `struct ${name} ${layout.size} ,${Array.from(offsets, ([field, at]) => `${field}:${at},`).join('')}`;
  });
  const symbols = COMMON_SYMBOLS.map((name) => `symbol ${name} ${profile.symbolAddress(name) ?? ''}`.trimEnd());
  return bytesOf(`\n${[...structs, ...symbols].join('\n')}\n`);
}
