import type { Address } from '../../memory/address.ts';
import type { ImageRegion, KernelImage, RegionReader } from './kernel-image.ts';

type Field = (reader: RegionReader, base: Address, at: number) => Address;

/** One of the shapes that `struct kernel_symbol` has had. Fields give addresses; 0: none. */
export interface EntryForm {
  readonly size: number;
  readonly value: Field;
  readonly name: Field;
  readonly namespace: Field;
}

/** Relative to the field itself (`CONFIG_HAVE_ARCH_PREL32_RELOCATIONS`; kernel: `offset_to_ptr`). */
const relative =
  (offset: number): Field =>
  (reader, base, at) => {
    const distance = reader.s32(at + offset);
    return distance === 0 ? 0 : base + at + offset + distance;
  };

const absolute =
  (offset: number): Field =>
  (reader, _base, at) =>
    reader.pointer(at + offset);

const none: Field = () => 0;

/** Source: include/linux/export.h, `struct kernel_symbol`; namespaces since Linux 5.4. */
export const ENTRY_FORMS: Readonly<Record<32 | 64, readonly EntryForm[]>> = {
  32: [
    { size: 12, value: absolute(0), name: absolute(4), namespace: absolute(8) },
    { size: 8, value: absolute(0), name: absolute(4), namespace: none },
    { size: 12, value: relative(0), name: relative(4), namespace: relative(8) },
    { size: 8, value: relative(0), name: relative(4), namespace: none },
  ],
  64: [
    { size: 12, value: relative(0), name: relative(4), namespace: relative(8) },
    { size: 8, value: relative(0), name: relative(4), namespace: none },
    { size: 24, value: absolute(0), name: absolute(8), namespace: absolute(16) },
    { size: 16, value: absolute(0), name: absolute(8), namespace: none },
  ],
};

/** The form in which every entry of `table` names a C identifier; undefined when there is none. */
export function entryForm(image: KernelImage, table: ImageRegion): EntryForm | undefined {
  const reader = image.reader(table);
  return ENTRY_FORMS[image.form.bits].find((form) => {
    if (table.bytes.length % form.size !== 0) return false;
    for (let at = 0; at < table.bytes.length; at += form.size) {
      if (!isIdentifier(image, form.name(reader, table.address, at))) return false;
    }
    return true;
  });
}

/** The strings are merged, so that a name may be the end of another. */
function isIdentifier(image: KernelImage, address: Address): boolean {
  return /^[A-Za-z_.$][\w.$]*$/.test(image.string(address) ?? '');
}
