import type { Kernel } from './kernel.ts';
import { isConfigured } from './kernel-config.ts';
import { KernelError } from './kernel-error.ts';
import { versionAtLeast } from './kernel-version.ts';
import { type LoadInfo, MODULE_INIT } from './load-info.ts';
import { KERN, printk, printkOnce } from './log/printk.ts';
import { addTaint, addTaintModule, TAINT, testTaint } from './log/taint.ts';
import { getModinfo } from './modinfo.ts';
import { taintUnsigned } from './module-list.ts';
import { sameMagic, tryToForceLoad } from './symbols/version.ts';

/** `license_is_gpl_compatible`, include/linux/license.h. */
const GPL_COMPATIBLE = new Set([
  'GPL',
  'GPL v2',
  'GPL and additional rights',
  'Dual BSD/GPL',
  'Dual MIT/GPL',
  'Dual MPL/GPL',
]);

/** `check_modinfo`, kernel/module/main.c up to 6.3: vermagic, then what `.modinfo` tells about where the module is from. */
export function checkModinfo(kernel: Kernel, info: LoadInfo): void {
  checkVermagic(kernel, info);
  taintForModinfo(kernel, info);
}

/** `check_modinfo` from 6.4 on: nothing taints before the module has its place in the list. */
export function earlyCheckModinfo(kernel: Kernel, info: LoadInfo): void {
  checkVermagic(kernel, info);
  checkLivepatch(kernel, info);
}

/** `module_augment_kernel_taints`, from 6.4 on. */
export function moduleAugmentKernelTaints(kernel: Kernel, info: LoadInfo): void {
  const before = testTaint(kernel, TAINT.PROPRIETARY_MODULE);
  taintForModinfo(kernel, info);
  taintUnsigned(kernel, info);
  taintForName(kernel, info, before);
}

function taintForModinfo(kernel: Kernel, info: LoadInfo): void {
  taintForOrigin(kernel, info);
  checkRetpoline(kernel, info);
  taintForStaging(kernel, info);
  checkLivepatch(kernel, info);
  taintForLivepatch(kernel, info);
  taintForLicense(kernel, info);
  taintForTest(kernel, info);
}

function checkVermagic(kernel: Kernel, info: LoadInfo): void {
  const magic = info.flags & MODULE_INIT.IGNORE_VERMAGIC ? undefined : getModinfo(info, 'vermagic');
  const { vermagic } = kernel.profile;
  if (magic === undefined) {
    if (!tryToForceLoad(kernel, info, 'bad vermagic')) throw new KernelError('ENOEXEC');
  } else if (!sameMagic(magic, vermagic, info.index.vers !== 0)) {
    printk(kernel, KERN.ERR, `${info.name}: version magic '${magic}' should be '${vermagic}'`);
    throw new KernelError('ENOEXEC');
  }
}

function taintForOrigin(kernel: Kernel, info: LoadInfo): void {
  if (getModinfo(info, 'intree') !== undefined) return;
  if (!testTaint(kernel, TAINT.OOT_MODULE)) {
    printk(kernel, KERN.WARNING, `${info.module.name}: loading out-of-tree module taints kernel.`);
  }
  addTaintModule(kernel, info.module, TAINT.OOT_MODULE, 'LOCKDEP_STILL_OK');
}

/** CONFIG_RETPOLINE, and its name since 6.9. */
const RETPOLINE_OPTIONS = ['RETPOLINE', 'MITIGATION_RETPOLINE'];

/** `check_modinfo_retpoline` and `retpoline_module_ok` (arch/x86/kernel/cpu/bugs.c) of a kernel that uses retpolines. */
function checkRetpoline(kernel: Kernel, info: LoadInfo): void {
  if (kernel.options.spectreV2Off || getModinfo(info, 'retpoline') !== undefined) return;
  if (!RETPOLINE_OPTIONS.some((option) => isConfigured(kernel, option))) return;
  printk(kernel, KERN.ERR, 'Spectre V2 : System may be vulnerable to spectre v2');
  printk(kernel, KERN.WARNING, `${info.module.name}: loading module not compiled with retpoline compiler.`);
}

function taintForStaging(kernel: Kernel, info: LoadInfo): void {
  if (getModinfo(info, 'staging') === undefined) return;
  addTaintModule(kernel, info.module, TAINT.CRAP, 'LOCKDEP_STILL_OK');
  const text = 'module is from the staging directory, the quality is unknown, you have been warned.';
  printk(kernel, KERN.WARNING, `${info.module.name}: ${text}`);
}

function checkLivepatch(kernel: Kernel, info: LoadInfo): void {
  if (getModinfo(info, 'livepatch') === undefined) return;
  const { name } = info.module;
  if (!isConfigured(kernel, 'LIVEPATCH')) {
    const text = 'module is marked as livepatch module, but livepatch support is disabled';
    printk(kernel, KERN.ERR, `${name}: ${text}`);
    throw new KernelError('ENOEXEC');
  }
  info.livepatch = true;
}

function taintForLivepatch(kernel: Kernel, { livepatch, module }: LoadInfo): void {
  if (!livepatch) return;
  addTaintModule(kernel, module, TAINT.LIVEPATCH, 'LOCKDEP_STILL_OK');
  printkOnce(kernel, 'livepatch', KERN.NOTICE, `${module.name}: tainting kernel with TAINT_LIVEPATCH`);
}

/** `set_license`. */
function taintForLicense(kernel: Kernel, info: LoadInfo): void {
  const license = getModinfo(info, 'license') ?? 'unspecified';
  if (GPL_COMPATIBLE.has(license)) return;
  if (!testTaint(kernel, TAINT.PROPRIETARY_MODULE)) {
    printk(kernel, KERN.WARNING, `${info.module.name}: module license '${license}' taints kernel.`);
  }
  addTaintModule(kernel, info.module, TAINT.PROPRIETARY_MODULE, 'LOCKDEP_NOW_UNRELIABLE');
}

/** `MODULE_INFO(test, …)`: since 6.0. */
function taintForTest(kernel: Kernel, info: LoadInfo): void {
  if (!versionAtLeast(kernel, 6, 0) || getModinfo(info, 'test') === undefined) return;
  if (!testTaint(kernel, TAINT.TEST)) {
    printk(kernel, KERN.WARNING, `${info.module.name}: loading test module taints kernel.`);
  }
  addTaintModule(kernel, info.module, TAINT.TEST, 'LOCKDEP_STILL_OK');
}

/** What `check_module_license_and_versions` holds against modules by their names; `own`: taints the module too. */
const SUSPECTS: Readonly<Record<string, { readonly own: boolean }>> = {
  ndiswrapper: { own: false },
  driverloader: { own: true },
  lve: { own: true },
};

/** `check_module_license_and_versions`, up to 6.3: names that taint, and exports that need CRCs. Raises ENOEXEC. */
export function checkModuleLicenseAndVersions(kernel: Kernel, info: LoadInfo): void {
  taintForName(kernel, info, testTaint(kernel, TAINT.PROPRIETARY_MODULE));
  checkExportSymbolVersions(kernel, info);
}

/** `check_export_symbol_versions`: exports need CRCs. Raises ENOEXEC. */
export function checkExportSymbolVersions(kernel: Kernel, info: LoadInfo): void {
  if (!isConfigured(kernel, 'MODVERSIONS') || !info.exportTables.some(lacksCrcs)) return;
  if (!tryToForceLoad(kernel, info, 'no versions for exported symbols')) throw new KernelError('ENOEXEC');
}

function lacksCrcs(table: { readonly count: number; readonly crcs: number }): boolean {
  return table.count > 0 && table.crcs === 0;
}

/** Taints for a module's name; `before`: whether the kernel was tainted by a proprietary module already. */
function taintForName(kernel: Kernel, { module }: LoadInfo, before: boolean): void {
  const suspect = Object.hasOwn(SUSPECTS, module.name) ? SUSPECTS[module.name] : undefined;
  if (suspect?.own) addTaintModule(kernel, module, TAINT.PROPRIETARY_MODULE, 'LOCKDEP_NOW_UNRELIABLE');
  else if (suspect) addTaint(kernel, TAINT.PROPRIETARY_MODULE, 'LOCKDEP_NOW_UNRELIABLE');
  if (!before && testTaint(kernel, TAINT.PROPRIETARY_MODULE)) {
    printk(kernel, KERN.WARNING, `${module.name}: module license taints kernel.`);
  }
}
