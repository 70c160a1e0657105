import type { ErrnoName } from '../../abi/errno.ts';
import type { Kernel } from '../kernel.ts';
import { isConfigured } from '../kernel-config.ts';
import { versionAtLeast } from '../kernel-version.ts';
import type { LoadInfo } from '../load-info.ts';
import { loaderDebug } from '../log/loader-debug.ts';
import { KERN, printk } from '../log/printk.ts';
import { TAINT } from '../log/taint.ts';
import { modinfoValues } from '../modinfo.ts';
import type { Module } from '../module.ts';
import { type FoundSymbol, findSymbol } from './find-symbol.ts';
import { symbolClasses } from './symbol-classes.ts';
import { checkVersion } from './version.ts';

/** What came of one undefined symbol: found; refused with an errno; or simply not there. */
export type Resolution = FoundSymbol | ErrnoName | undefined;

/**
 * `resolve_symbol_wait`, kernel/module/main.c: finds an exported symbol that this module may use and notes the use.
 * Nobody else runs meanwhile, so the wait for an exporter that is still COMING is given up at once.
 */
export function resolveSymbol(kernel: Kernel, info: LoadInfo, name: string): Resolution {
  const { module } = info;
  const proprietary = (module.taints & (1 << TAINT.PROPRIETARY_MODULE)) !== 0;
  const found = findSymbol(kernel, name, !proprietary);
  if (!found) return undefined;
  warnOfClass(kernel, found, proprietary);
  if (found.gplOnly) module.usingGplOnlySymbols = true;
  if (!inheritTaint(kernel, module, found)) return undefined;
  if (!checkVersion(kernel, info, name, found.crc)) return 'EINVAL';
  if (!namespaceImported(kernel, info, found)) return 'EINVAL';
  const refused = refModule(kernel, module, found.owner);
  if (refused === 'EBUSY') {
    printk(kernel, KERN.WARNING, `${module.name}: gave up waiting for init of module ${found.owner!.name}.`);
  }
  return refused ?? found;
}

/** `check_exported_symbol` of kernels that have symbols of a dying kind. */
function warnOfClass(kernel: Kernel, { name, symbolClass }: FoundSymbol, proprietary: boolean): void {
  if (symbolClass === undefined) return;
  const warning = symbolClasses(kernel).find((row) => row.name === symbolClass)?.warning;
  if (warning && (warning.forGpl || proprietary)) printk(kernel, KERN.WARNING, warning.text(name));
}

/** `inherit_taint`: false when a module that uses GPL-only symbols would use a proprietary module's. */
function inheritTaint(kernel: Kernel, module: Module, { owner, name }: FoundSymbol): boolean {
  const bit = 1 << TAINT.PROPRIETARY_MODULE;
  if (!owner || !(owner.taints & bit)) return true;
  const symbols = versionAtLeast(kernel, 5, 15) ? `symbols ${name}` : 'symbols';
  const source = `${symbols} from proprietary module ${owner.name}`;
  if (module.usingGplOnlySymbols) {
    printk(kernel, KERN.ERR, `${module.name}: module using GPL-only symbols uses ${source}.`);
    return false;
  }
  if (!(module.taints & bit)) {
    printk(kernel, KERN.WARNING, `${module.name}: module uses ${source}, inheriting taint.`);
    module.taints |= bit;
  }
  return true;
}

/** `verify_namespace_is_imported`. */
function namespaceImported(kernel: Kernel, info: LoadInfo, { name, namespace }: FoundSymbol): boolean {
  if (namespace === '') return true;
  for (const imported of modinfoValues(info, 'import_ns')) {
    if (imported === namespace) return true;
  }
  const allowed = isConfigured(kernel, 'MODULE_ALLOW_MISSING_NAMESPACE_IMPORTS');
  const text = `module uses symbol (${name}) from namespace ${namespace}, but does not import it.`;
  printk(kernel, allowed ? KERN.WARNING : KERN.ERR, `${info.module.name}: ${text}`);
  return allowed;
}

/** `ref_module`: `module` uses `owner`. Sets both lists, the newest use first. */
function refModule(kernel: Kernel, module: Module, owner: Module | undefined): ErrnoName | undefined {
  if (!owner || alreadyUses(kernel, module, owner)) return undefined;
  if (owner.state === 'COMING') return 'EBUSY';
  if (owner.state === 'GOING') return 'ENOENT';
  loaderDebug(kernel, 'newUse', () => `Allocating new usage for ${module.name}.`);
  owner.users.unshift(module.name);
  module.uses.unshift(owner.name);
  return undefined;
}

/** `already_uses`. */
function alreadyUses(kernel: Kernel, { name }: Module, owner: Module): boolean {
  const uses = owner.users.includes(name);
  if (uses) loaderDebug(kernel, 'uses', () => `${name} uses ${owner.name}!`);
  else loaderDebug(kernel, 'usesNot', () => `${name} does not use ${owner.name}!`);
  return uses;
}
