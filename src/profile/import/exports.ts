import type { KernelExport } from '../kernel-profile.ts';
import { ProfileError } from '../profile-error.ts';
import { crcReader } from './crc-table.ts';
import type { ImageRegion, KernelImage } from './kernel-image.ts';
import { entryForm } from './ksymtab-entry.ts';

/**
 * The tables of exports with the CRC tables that go with them.
 * Source: include/asm-generic/vmlinux.lds.h; `__ksymtab_unused*` and `__ksymtab_gpl_future` until Linux 5.11.
 */
const TABLES = [
  { symbols: '__ksymtab', crcs: '__kcrctab', gplOnly: false },
  { symbols: '__ksymtab_gpl', crcs: '__kcrctab_gpl', gplOnly: true },
  { symbols: '__ksymtab_gpl_future', crcs: '__kcrctab_gpl_future', gplOnly: false },
  { symbols: '__ksymtab_unused', crcs: '__kcrctab_unused', gplOnly: false },
  { symbols: '__ksymtab_unused_gpl', crcs: '__kcrctab_unused_gpl', gplOnly: true },
] as const;

/** Many times what any kernel exports. */
const MAX_EXPORTS = 1 << 18;

/** Everything that the kernel image exports, in the order of its tables. Raises ProfileError. */
export function readImageExports(image: KernelImage): KernelExport[] {
  const found = TABLES.flatMap(({ symbols, crcs, gplOnly }) => {
    const table = image.section(symbols);
    return table && table.bytes.length > 0 ? readTable(image, table, image.section(crcs), gplOnly) : [];
  });
  if (found.length === 0) throw new ProfileError('no exported symbols (__ksymtab) in the kernel image');
  return found;
}

function readTable(image: KernelImage, table: ImageRegion, crcs: ImageRegion | undefined, gplOnly: boolean) {
  const form = entryForm(image, table);
  if (!form) throw new ProfileError(`${table.name}: entries of unknown form`);
  const count = table.bytes.length / form.size;
  if (count > MAX_EXPORTS) throw new ProfileError(`${table.name}: too many entries`);
  const crc = crcReader(image, crcs, count);
  const reader = image.reader(table);
  return Array.from({ length: count }, (_, index): KernelExport => {
    const at = index * form.size;
    const name = image.string(form.name(reader, table.address, at)) ?? '';
    const namespace = form.namespace(reader, table.address, at);
    return {
      name,
      address: form.value(reader, table.address, at),
      crc: crc(index),
      gplOnly,
      namespace: namespace === 0 ? '' : (image.string(namespace) ?? ''),
    };
  });
}
