import { byteString } from '../../elf/c-string.ts';
import type { Address } from '../../memory/address.ts';
import type { StructLayout } from '../kernel-profile.ts';
import { ProfileError } from '../profile-error.ts';
import { bytesOf } from './bytes.ts';

/*
 * Section `common`: JSON, `{"layouts": {NAME: [SIZE, {FIELD: OFFSET}]}, "symbols": {NAME: ADDRESS}}`. What nearly every
 * command asks of the kernel's types and symbols, in a few thousand bytes: to find it there would mean to read most of
 * the sections `btf` and `symbols`. A null stands for what this kernel has not.
 */

/** What section `common` says; undefined: nothing about this name. A null: the kernel has none. */
export interface CommonFacts {
  layout(structName: string): StructLayout | null | undefined;
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
    'param_attribute',
  ],
  ...['task_struct', 'signal_struct', 'sighand_struct', 'mm_struct', 'cred', 'nsproxy', 'files_struct', 'fs_struct'],
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

type LayoutRow = readonly [size: number, offsets: Readonly<Record<string, number>>];

interface Facts {
  readonly layouts: Readonly<Record<string, LayoutRow | null>>;
  readonly symbols: Readonly<Record<string, Address | null>>;
}

/** Reads section `common`; an empty one says nothing. Raises ProfileError. */
export function readCommonFacts(bytes: Uint8Array): CommonFacts {
  const { layouts, symbols } = bytes.length === 0 ? { layouts: {}, symbols: {} } : parse(bytes);
  return {
    layout: (structName) => {
      const row = own(layouts, structName);
      return row ? { size: row[0], offsets: Object.assign(Object.create(null), row[1]) } : row;
    },
    symbol: (name) => own(symbols, name),
  };
}

function own<T>(rows: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(rows, name) ? rows[name] : undefined;
}

function parse(bytes: Uint8Array): Facts {
  try {
    const facts: unknown = JSON.parse(byteString(bytes, 0, bytes.length));
    if (isFacts(facts)) return facts;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new ProfileError('kernel profile: damaged table of common facts');
}

function isFacts(value: unknown): value is Facts {
  if (!isRecord(value)) return false;
  const { layouts, symbols } = value;
  return (
    isRecord(layouts) && Object.values(layouts).every(isLayoutRow) && isRecord(symbols) && areNumbers(symbols, null)
  );
}

function isLayoutRow(value: unknown): boolean {
  if (value === null) return true;
  return Array.isArray(value) && typeof value[0] === 'number' && isRecord(value[1]) && areNumbers(value[1]);
}

function areNumbers(rows: Record<string, unknown>, other?: null): boolean {
  return Object.values(rows).every((value) => typeof value === 'number' || value === other);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Section `common`. `layout` and `symbol` look a name up in the whole profile. */
export function encodeCommonFacts(
  layout: (structName: string) => StructLayout | undefined,
  symbol: (name: string) => Address | undefined,
): Uint8Array {
  const layouts = COMMON_STRUCTS.map((name) => {
    const found = layout(name);
    return [name, found ? [found.size, found.offsets] : null];
  });
  const symbols = COMMON_SYMBOLS.map((name) => [name, symbol(name) ?? null]);
  return bytesOf(JSON.stringify({ layouts: Object.fromEntries(layouts), symbols: Object.fromEntries(symbols) }));
}
