import type { Kernel } from '../../src/kernel/kernel.ts';
import type { LoadInfo } from '../../src/kernel/load-info.ts';
import { findSymbol } from '../../src/kernel/symbols/find-symbol.ts';
import { readVersions } from '../../src/kernel/symbols/version.ts';

/** Rows of `__versions`, by who exports the symbol, and how many of them have the exporter's CRC. */
export interface ModversionCounts {
  vmlinux: number;
  vmlinuxAgree: number;
  modules: number;
  modulesAgree: number;
  /** Rows of which neither the kernel nor a loaded module has the symbol. */
  nobodys: number;
}

/** Counts before anything was counted. */
export function noModversions(): ModversionCounts {
  return { vmlinux: 0, vmlinuxAgree: 0, modules: 0, modulesAgree: 0, nobodys: 0 };
}

/** Adds the rows of a module whose symbols were just resolved. The comparison is made here anew, not the loader's own. */
export function countModversions(counts: ModversionCounts, kernel: Kernel, info: LoadInfo): void {
  if (info.index.vers === 0) return;
  for (const [symbol, crc] of readVersions(info)) {
    const found = findSymbol(kernel, symbol, true);
    if (!found) counts.nobodys++;
    else if (found.owner) {
      counts.modules++;
      if (found.crc === crc) counts.modulesAgree++;
    } else {
      counts.vmlinux++;
      if (found.crc === crc) counts.vmlinuxAgree++;
    }
  }
}

/** The counts as one sentence. */
export function modversionText({ vmlinux, vmlinuxAgree, modules, modulesAgree, nobodys }: ModversionCounts): string {
  return (
    `modversions: ${vmlinux} name a symbol of vmlinux, ${vmlinuxAgree} agree; ` +
    `${modules} name one of a module, ${modulesAgree} agree; ${nobodys} name none`
  );
}

/** Every symbol was there and had the CRC that was wanted. */
export function allAgree({ vmlinux, vmlinuxAgree, modules, modulesAgree, nobodys }: ModversionCounts): boolean {
  return vmlinux === vmlinuxAgree && modules === modulesAgree && nobodys === 0;
}
