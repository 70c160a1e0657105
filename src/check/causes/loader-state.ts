import { SHF } from '../../abi/elf.ts';
import { findSymbol } from '../../kernel/symbols/find-symbol.ts';
import type { CauseRule } from '../diagnosis.ts';

/** `module_blacklist=` names the module. */
export const blacklisted: CauseRule = ({ stage, info }) =>
  stage === 'blacklisted' && info
    ? [
        {
          id: 'blacklisted',
          reason: `The kernel's command line forbids module ${info.name} (module_blacklist=).`,
          next: `Take ${info.name} out of module_blacklist= and boot again.`,
        },
      ]
    : [];

/** A module of that name is loaded. */
export const alreadyLoaded: CauseRule = ({ stage, info, errno }) =>
  (stage === 'add_unformed_module' || stage === 'module_patient_check_exists') && info && errno === 17
    ? [
        {
          id: 'already-loaded',
          reason: `A module named ${info.module.name} is loaded already.`,
          next: `Unload it first (rmmod ${info.module.name}), or give one of the two another name.`,
        },
      ]
    : [];

/** The name belongs to code that is built in. */
export const builtIn: CauseRule = ({ stage, info, errno, kernel }) =>
  stage === 'mod_sysfs_setup' && info && errno === 22
    ? [
        {
          id: 'built-in',
          reason: `/sys/module/${info.module.name} exists already: ${kernel.profile.release} has ${info.module.name} built in.`,
          next: 'Nothing needs to be loaded; to replace the built-in code, build the kernel with it as a module.',
        },
      ]
    : [];

/** A symbol that the module exports exists already. */
export const duplicateExport: CauseRule = ({ stage, info, kernel, image }) => {
  if (stage !== 'complete_formation' || !info || image.length === 0) return [];
  const taken = info.module.exports.flatMap(({ name }) => {
    const found = findSymbol(kernel, name, true);
    return found ? [{ name, owner: found.owner?.name }] : [];
  });
  return taken.slice(0, 1).map(({ name, owner }) => ({
    id: 'duplicate-export',
    reason: `The module exports ${name}, which ${owner === undefined ? `kernel ${kernel.profile.release}` : `module ${owner}`} exports already.`,
    next:
      owner === undefined
        ? 'Rename the symbol, or leave the module out: the kernel has this code.'
        : `Unload ${owner}, or rename the symbol in one of the two.`,
  }));
};

/** A section may be written and executed. */
export const writableCode: CauseRule = ({ stage, info, kernel }) => {
  if (stage !== 'module_enforce_rwx_sections' || !info) return [];
  const both = SHF.WRITE | SHF.EXECINSTR;
  const section = info.view.sectionName(info.view.sections.flags.findIndex((flags) => (flags & both) === both));
  return [
    {
      id: 'writable-code',
      reason: `Section ${section} of the module is writable and executable at once; ${kernel.profile.release} refuses that (CONFIG_STRICT_MODULE_RWX).`,
      next: `Keep code and data apart: look for .section ${section} with flags "awx" in assembler files, or for __attribute__((section)) on both functions and variables.`,
    },
  ];
};

/** Exports without CRCs. */
export const missingVersions: CauseRule = ({ stage }) =>
  stage === 'check_module_license_and_versions' || stage === 'check_export_symbol_versions'
    ? [
        {
          id: 'missing-versions',
          reason: 'The module exports symbols without versions, and this kernel does not take such modules by force.',
          next: 'Build it with CONFIG_MODVERSIONS as the kernel was, through kbuild and modpost.',
        },
      ]
    : [];
