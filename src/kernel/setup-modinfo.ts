import type { Kernel } from './kernel.ts';
import type { LoadInfo } from './load-info.ts';
import { getModinfo, modinfoValues } from './modinfo.ts';

/** `setup_modinfo`: the strings that become attributes in sysfs. */
export function setupModinfo(_kernel: Kernel, info: LoadInfo): void {
  info.module.version = getModinfo(info, 'version');
  info.module.srcversion = getModinfo(info, 'srcversion');
  info.module.importedNamespaces = [...modinfoValues(info, 'import_ns')];
}
