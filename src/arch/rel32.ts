import type { RelocationJob } from './relocation.ts';

/** `sizeof(Elf32_Rel)`; `sizeof(Elf32_Sym)` and the offset of `st_value`. */
export const REL_SIZE = 8;
const SYMBOL_SIZE = 16;
const SYMBOL_VALUE = 4;

/** `st_value` of a symbol; of one that the table does not have, whatever the guest's memory holds there. */
export function symbolValue({ symbols, symbolsAddress, elsewhere }: RelocationJob, index: number): number {
  const at = index * SYMBOL_SIZE + SYMBOL_VALUE;
  return at + 4 <= symbols.byteLength
    ? symbols.getUint32(at, true)
    : elsewhere(symbolsAddress + at, 4, 'read').getUint32(0, true);
}

/** The word at a place of the section, or anywhere else. */
export function wordAt({ target, targetAddress, elsewhere }: RelocationJob, place: number): DataView {
  const offset = place - targetAddress;
  return offset >= 0 && offset + 4 <= target.byteLength
    ? new DataView(target.buffer, target.byteOffset + offset, 4)
    : elsewhere(place, 4, 'write');
}
