import { ByteView } from '../../elf/byte-view.ts';
import { cString } from '../../elf/c-string.ts';
import type { Kernel } from '../kernel.ts';
import { isConfigured } from '../kernel-config.ts';
import { KernelError } from '../kernel-error.ts';
import { imageBytes, type LoadInfo } from '../load-info.ts';
import { KERN, printk, printkOnce } from '../log/printk.ts';
import { addTaintModule, TAINT, testTaint } from '../log/taint.ts';

/** `sizeof(struct modversion_info)`: a CRC as a word, then the name. */
const ENTRY_SIZE = 64;

/**
 * `try_to_force_load`, kernel/module/main.c: with CONFIG_MODULE_FORCE_LOAD the module comes in and taints, else ENOEXEC.
 */
export function tryToForceLoad(kernel: Kernel, info: LoadInfo, reason: string): boolean {
  if (!isConfigured(kernel, 'MODULE_FORCE_LOAD')) return false;
  const { module } = info;
  if (!testTaint(kernel, TAINT.FORCED_MODULE)) {
    printk(kernel, KERN.WARNING, `${module.name}: ${reason}: kernel tainted.`);
  }
  addTaintModule(kernel, module, TAINT.FORCED_MODULE, 'LOCKDEP_NOW_UNRELIABLE');
  return true;
}

/**
 * `check_version`, kernel/module/version.c: the CRC that the module was built with against the exporter's.
 * `crc` undefined: the exporter gave none. False: the symbol may not be used, and the log says why.
 */
export function checkVersion(kernel: Kernel, info: LoadInfo, symbol: string, crc: number | undefined): boolean {
  if (!isConfigured(kernel, 'MODVERSIONS') || crc === undefined) return true;
  if (info.extendedVersions) return checkExtended(kernel, info, symbol, crc);
  if (info.index.vers === 0) return tryToForceLoad(kernel, info, symbol);
  info.versions ??= readVersions(info);
  const expected = info.versions.get(symbol);
  if (expected === crc) return true;
  const words = expected === undefined ? 'no symbol version for' : 'disagrees about version of symbol';
  printk(kernel, KERN.WARNING, `${info.name}: ${words} ${symbol}`);
  return false;
}

/** A symbol without an extended version is let through, which is said once. */
function checkExtended(kernel: Kernel, info: LoadInfo, symbol: string, crc: number): boolean {
  const expected = info.extendedVersions!.get(symbol);
  if (expected === undefined) {
    const text = `${info.name}: no extended symbol version for ${symbol}`;
    printkOnce(kernel, 'no extended symbol version', KERN.WARNING, text);
  }
  if (expected === undefined || expected === crc) return true;
  printk(kernel, KERN.WARNING, `${info.name}: disagrees about version of symbol ${symbol}`);
  return false;
}

/** Names and CRCs of `__versions`; of equal names the first counts. A CRC over 32 bits agrees with none. */
export function readVersions(info: LoadInfo): ReadonlyMap<string, number> {
  const { view } = info;
  const bytes = imageBytes(info, info.index.vers);
  const words = new ByteView(bytes, view.form);
  const wordSize = view.form.bits / 8;
  const versions = new Map<string, number>();
  for (let at = 0; at + ENTRY_SIZE <= bytes.length; at += ENTRY_SIZE) {
    const name = cString(bytes, at + wordSize);
    if (!versions.has(name)) versions.set(name, words.word(at));
  }
  return versions;
}

/** `check_modstruct_version`: the module was built against this kernel's `struct module`. Raises ENOEXEC. */
export function checkModstructVersion(kernel: Kernel, info: LoadInfo): void {
  const crc = kernel.profile.exports.find('module_layout')?.crc;
  if (!checkVersion(kernel, info, 'module_layout', crc)) throw new KernelError('ENOEXEC');
}

/** `same_magic`: with symbol versions the release, the first word, does not count. */
export function sameMagic(moduleMagic: string, kernelMagic: string, hasVersions: boolean): boolean {
  return hasVersions ? afterRelease(moduleMagic) === afterRelease(kernelMagic) : moduleMagic === kernelMagic;
}

function afterRelease(magic: string): string {
  const blank = magic.indexOf(' ');
  return blank < 0 ? '' : magic.slice(blank);
}
