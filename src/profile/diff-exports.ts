import type { KernelExport, KernelProfile } from './kernel-profile.ts';

/** What became of one export from one kernel to another; undefined where a kernel has it not. */
export interface ExportChange {
  readonly name: string;
  readonly before: KernelExport | undefined;
  readonly after: KernelExport | undefined;
}

/** Exports that appeared, vanished, or changed CRC, licence or namespace, by name. */
export function diffExports(a: KernelProfile, b: KernelProfile): ExportChange[] {
  const changes: ExportChange[] = [];
  for (const before of a.exports.all()) {
    const after = b.exports.find(before.name);
    if (!after || !sameToModules(before, after)) changes.push({ name: before.name, before, after });
  }
  for (const after of b.exports.all()) {
    if (!a.exports.find(after.name)) changes.push({ name: after.name, before: undefined, after });
  }
  return changes.sort((x, y) => (x.name < y.name ? -1 : 1));
}

function sameToModules(a: KernelExport, b: KernelExport): boolean {
  return a.crc === b.crc && a.gplOnly === b.gplOnly && a.namespace === b.namespace;
}
