import { errnoName } from '../abi/errno.ts';
import { GuestFault } from '../memory/guest-fault.ts';
import {
  checkExportSymbolVersions,
  checkModinfo,
  checkModuleLicenseAndVersions,
  earlyCheckModinfo,
  moduleAugmentKernelTaints,
} from './check-modinfo.ts';
import { completeFormation, moduleGoing, prepareComingModule } from './complete-formation.ts';
import { doInitModule } from './do-init-module.ts';
import { checkExpectedSections } from './elf-expectations.ts';
import { elfValidityCheck } from './elf-validity.ts';
import { modSysfsSetup } from './files/mod-sysfs-setup.ts';
import { collectSectionAttributes } from './files/section-attributes.ts';
import { findModuleSections } from './find-module-sections.ts';
import { ftraceModuleInit } from './ftrace.ts';
import type { Kernel } from './kernel.ts';
import { KernelError, StillLoading } from './kernel-error.ts';
import type { KernelResult } from './kernel-result.ts';
import { isVersionWithin } from './kernel-version.ts';
import { layoutSections, markSpecialSections } from './layout.ts';
import type { LoadInfo } from './load-info.ts';
import type { LoadTrace } from './load-trace.ts';
import { moduleEnforceRwxSections } from './memory/enforce-rwx.ts';
import { layoutSectionsByType, layoutSymtabByType } from './memory/module-memory.ts';
import { pageFault } from './memory/page-fault.ts';
import { percpuModalloc, percpuModfree } from './memory/percpu.ts';
import { writeShared } from './memory/shared-image.ts';
import { addUnformedModule, checkBlacklist, checkNotThere, taintUnsigned, unlinkModule } from './module-list.ts';
import { moduleUnloadFree, moduleUnloadInit } from './module-references.ts';
import { moduleDeallocate, moveModule } from './move-module.ts';
import { parseModuleArguments } from './params/module-arguments.ts';
import { postRelocation } from './post-relocation.ts';
import { applyRelocations } from './relocate.ts';
import { freeCopy, rewriteSectionHeaders, setupLoadInfo } from './setup-load-info.ts';
import { setupModinfo } from './setup-modinfo.ts';
import { moduleSigCheck } from './signing.ts';
import { writeModuleStruct } from './struct-fields.ts';
import { readExtendedVersions } from './symbols/extended-versions.ts';
import { layoutSymtab } from './symbols/kallsyms.ts';
import { simplifySymbols } from './symbols/simplify-symbols.ts';
import { checkModstructVersion } from './symbols/version.ts';

/** One step of `load_module`: raises KernelError to refuse the module. `undo` runs when a later step refuses. */
interface Stage {
  readonly name: string;
  readonly run?: (kernel: Kernel, info: LoadInfo) => void;
  readonly undo?: (kernel: Kernel, info: LoadInfo) => void;
  /** Kernel versions that have this step: from `since` on, and before `until`. */
  readonly since?: readonly [number, number];
  readonly until?: readonly [number, number];
}

/** `load_module`, kernel/module/main.c, in its order. */
const STAGES: readonly Stage[] = [
  { name: 'module_sig_check', run: moduleSigCheck },
  { name: 'elf_validity_check', run: elfValidityCheck },
  { name: 'elf_validity_cache_copy', run: checkExpectedSections, since: [6, 4] },
  { name: 'elf_validity_cache_index_versions', run: readExtendedVersions, since: [6, 14] },
  { name: 'setup_load_info', run: setupLoadInfo },
  { name: 'blacklisted', run: checkBlacklist },
  { name: 'rewrite_section_headers', run: rewriteSectionHeaders, undo: freeCopy },
  { name: 'check_modstruct_version', run: checkModstructVersion },
  { name: 'check_modinfo', run: checkModinfo, until: [6, 4] },
  { name: 'check_modinfo', run: earlyCheckModinfo, since: [6, 4] },
  { name: 'module_patient_check_exists', run: checkNotThere, since: [6, 4] },
  { name: 'module_enforce_rwx_sections', run: moduleEnforceRwxSections },
  { name: 'layout_and_allocate', run: markSpecialSections },
  { name: 'layout_sections', run: layoutSections, until: [6, 4] },
  { name: 'layout_symtab', run: layoutSymtab, until: [6, 4] },
  { name: 'layout_sections', run: layoutSectionsByType, since: [6, 4] },
  { name: 'layout_symtab', run: layoutSymtabByType, since: [6, 4] },
  { name: 'move_module', run: moveModule, undo: moduleDeallocate },
  { name: 'add_unformed_module', run: addUnformedModule, undo: unlinkModule },
  { name: 'module_sig', run: taintUnsigned, until: [6, 4] },
  { name: 'module_augment_kernel_taints', run: moduleAugmentKernelTaints, since: [6, 4] },
  { name: 'percpu_modalloc', run: percpuModalloc, undo: percpuModfree },
  {
    name: 'module_unload_init',
    run: initModuleStruct,
    undo: (kernel, info) => moduleUnloadFree(kernel, info.module),
  },
  { name: 'find_module_sections', run: findModuleSections },
  { name: 'check_module_license_and_versions', run: checkModuleLicenseAndVersions, until: [6, 4] },
  { name: 'check_export_symbol_versions', run: checkExportSymbolVersions, since: [6, 4] },
  { name: 'setup_modinfo', run: setupModinfo },
  { name: 'simplify_symbols', run: simplifySymbols },
  { name: 'apply_relocations', run: applyRelocations },
  { name: 'post_relocation', run: postRelocation },
  { name: 'complete_formation', run: traceAndForm },
  { name: 'prepare_coming_module', run: prepareComingModule, undo: moduleGoing },
  { name: 'parse_args', run: parseArguments },
  { name: 'mod_sysfs_setup', run: linkIntoSysfs },
  { name: 'free_copy', run: freeCopy },
];

/**
 * `load_module`: brings an image in and runs its init. Returns 0 or a positive error number: a stage's own, or
 * whatever init gave. A page fault in the loader itself kills the task (TaskKilled) and leaves everything as it stands.
 * Raises StillLoading when a module of that name is on its way in.
 */
export function loadModule(kernel: Kernel, info: LoadInfo, trace?: LoadTrace): number {
  const undo: Stage[] = [];
  for (const stage of STAGES.filter(({ since, until }) => isVersionWithin(kernel, since, until))) {
    try {
      stage.run?.(kernel, info);
    } catch (error) {
      trace?.failed(stage.name, info, error);
      if (!(error instanceof KernelError)) throw deadTask(kernel, info, error);
      for (const done of undo.reverse()) done.undo?.(kernel, info);
      if (error instanceof StillLoading) throw error;
      return error.number;
    }
    if (info.shared) writeShared(kernel, info);
    undo.push(stage);
    trace?.passed(stage.name, info);
  }
  return 0 - doInitModule(kernel, info.module);
}

/** What the caller gets when a load neither succeeds nor fails: the module stays as it is, the image does not. */
function deadTask(kernel: Kernel, info: LoadInfo, error: unknown): unknown {
  freeCopy(kernel, info);
  return error instanceof GuestFault ? pageFault(kernel, error) : error;
}

/** `module_unload_init`, and what else `struct module` holds by now. */
function initModuleStruct(kernel: Kernel, info: LoadInfo): void {
  moduleUnloadInit(info.module);
  writeModuleStruct(kernel, info.module);
}

/** `dynamic_debug_setup` and `parse_args`; where sections stand is known from here on. */
function parseArguments(kernel: Kernel, info: LoadInfo): void {
  collectSectionAttributes(kernel, info);
  info.module.args = info.args;
  refuseOn(parseModuleArguments(kernel, info.module, info.args));
}

/** `ftrace_module_init`, then `complete_formation`. */
function traceAndForm(kernel: Kernel, info: LoadInfo): void {
  ftraceModuleInit(kernel, info);
  completeFormation(kernel, info);
}

/** `mod_sysfs_setup`. */
function linkIntoSysfs(kernel: Kernel, info: LoadInfo): void {
  refuseOn(modSysfsSetup(kernel, info.module));
}

/** Raises what a kernel function returned when it is an error. */
function refuseOn(result: KernelResult): void {
  if (result !== 0) throw new KernelError(errnoName(-result) ?? 'EINVAL', -result);
}
