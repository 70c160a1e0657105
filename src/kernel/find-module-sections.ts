import type { Kernel } from './kernel.ts';
import { isConfigured } from './kernel-config.ts';
import { KernelError } from './kernel-error.ts';
import { findSec, type LoadInfo } from './load-info.ts';
import { KERN, printk } from './log/printk.ts';
import { writeStructCount, writeStructPointer } from './struct-fields.ts';
import { symbolClasses } from './symbols/symbol-classes.ts';

/** A section that `struct module` points to: its fields for address and number, and how long one object is. */
interface SectionRow {
  readonly section: string;
  readonly field: string;
  readonly count: string;
  /** `sizeof` one object: so many words plus so many bytes. */
  readonly words?: number;
  readonly bytes?: number;
  /** The section counts without SHF_ALLOC too (`any_section_objs`). */
  readonly any?: boolean;
}

/**
 * `find_module_sections`, kernel/module/main.c. A row counts when this kernel's `struct module` has its field, which is
 * what the kernel's `#ifdef`s come to.
 */
const SECTIONS: readonly SectionRow[] = [
  { section: '__param', field: 'kp', count: 'num_kp', words: 5 },
  { section: '.noinstr.text', field: 'noinstr_text_start', count: 'noinstr_text_size', bytes: 1 },
  { section: '__tracepoints_ptrs', field: 'tracepoints_ptrs', count: 'num_tracepoints', bytes: 4 },
  { section: '___srcu_struct_ptrs', field: 'srcu_struct_ptrs', count: 'num_srcu_structs', words: 1 },
  { section: '__bpf_raw_tp_map', field: 'bpf_raw_events', count: 'num_bpf_raw_events', bytes: 32 },
  { section: '.BTF', field: 'btf_data', count: 'btf_data_size', bytes: 1, any: true },
  { section: '__jump_table', field: 'jump_entries', count: 'num_jump_entries', words: 1, bytes: 8 },
  { section: '_ftrace_events', field: 'trace_events', count: 'num_trace_events', words: 1 },
  { section: '_ftrace_eval_map', field: 'trace_evals', count: 'num_trace_evals', words: 1 },
  { section: '__trace_printk_fmt', field: 'trace_bprintk_fmt_start', count: 'num_trace_bprintk_fmt', words: 1 },
  { section: '__mcount_loc', field: 'ftrace_callsites', count: 'num_ftrace_callsites', words: 1 },
  { section: '_error_injection_whitelist', field: 'ei_funcs', count: 'num_ei_funcs', words: 2 },
  { section: '.kprobes.text', field: 'kprobes_text_start', count: 'kprobes_text_size', bytes: 1 },
  { section: '_kprobe_blacklist', field: 'kprobe_blacklist', count: 'num_kprobe_blacklist', words: 1 },
  { section: '.printk_index', field: 'printk_index_start', count: 'printk_index_size', words: 1 },
  { section: '.static_call_sites', field: 'static_call_sites', count: 'num_static_call_sites', bytes: 8 },
  { section: '.kunit_test_suites', field: 'kunit_suites', count: 'num_kunit_suites', words: 1 },
  { section: '__ex_table', field: 'extable', count: 'num_exentries', bytes: 12 },
];

/** Where a section's objects stand in the guest, and how many there are. */
export interface SectionObjects {
  readonly address: number;
  readonly count: number;
}

/** `section_objs`: address 0 and no objects when there is no such section. */
export function sectionObjects(info: LoadInfo, name: string, objectSize: number): SectionObjects {
  return objectsOf(info, findSec(info, name), objectSize);
}

function objectsOf({ view }: LoadInfo, section: number, objectSize: number): SectionObjects {
  const { address, size } = view.sections;
  return { address: address[section]!, count: Math.floor(size[section]! / objectSize) };
}

/** Objects of a special section, and the fields of `struct module` that tell of them. */
interface SpecialSection extends SectionObjects {
  readonly section: string;
  readonly field: string;
  readonly countField: string;
}

/** All sections that `find_module_sections` looks for, but those of exports; address 0: the module has none. */
export function specialSections(info: LoadInfo): SpecialSection[] {
  const wordSize = info.arch.form.bits / 8;
  return SECTIONS.map(({ section, field, count, words = 0, bytes = 0, any }) => {
    const index = any ? info.view.findSection(section) : findSec(info, section);
    return { section, field, countField: count, ...objectsOf(info, index, words * wordSize + bytes) };
  });
}

/**
 * `find_module_sections`: writes the addresses of all special sections to the guest's `struct module`; keeps the
 * export tables in `exportTables`. Raises EINVAL for constructors of two kinds.
 */
export function findModuleSections(kernel: Kernel, info: LoadInfo): void {
  findExports(kernel, info);
  checkConstructors(kernel, info);
  for (const { field, countField, address, count } of specialSections(info)) {
    writeStructPointer(kernel, info.module, field, address);
    writeStructCount(kernel, info.module, countField, count);
  }
  if (findSec(info, '__obsparm')) {
    printk(kernel, KERN.WARNING, `${info.module.name}: Ignoring obsolete parameters`);
  }
}

function findExports(kernel: Kernel, info: LoadInfo): void {
  const symbolSize = info.arch.relativeKernelSymbols ? 12 : (3 * info.arch.form.bits) / 8;
  info.exportTables = symbolClasses(kernel).map((symbolClass) => {
    const { address, count } = sectionObjects(info, symbolClass.table, symbolSize);
    const crcs = info.view.sections.address[findSec(info, symbolClass.crcTable)]!;
    const [tableField, countField, crcField] = symbolClass.fields;
    writeStructPointer(kernel, info.module, tableField, address);
    writeStructCount(kernel, info.module, countField, count);
    writeStructPointer(kernel, info.module, crcField, crcs);
    return { symbolClass, address, count, crcs };
  });
}

/** `.ctors`, or else `.init_array`. */
function checkConstructors(kernel: Kernel, info: LoadInfo): void {
  if (!isConfigured(kernel, 'CONSTRUCTORS')) return;
  if (!findSec(info, '.ctors') || !findSec(info, '.init_array')) return;
  printk(kernel, KERN.WARNING, `${info.module.name}: has both .ctors and .init_array.`);
  throw new KernelError('EINVAL');
}
