import type { Address } from '../../memory/address.ts';
import type { AddressSpace } from '../../memory/address-space.ts';

/** How `%p` shows an address: `plain` with `no_hash_pointers`, `unready` before the random key is there. */
export type PointerMode = 'hashed' | 'plain' | 'unready';

/** What the format language asks of the kernel around it. */
export interface FormatContext {
  readonly memory: AddressSpace;
  /** Byte offset of a structure's field (BTF). */
  offset(structure: string, field: string): number;
  /** `sprint_symbol` (`S`), `sprint_symbol_no_offset` (`s`), `sprint_backtrace` (`B`). */
  symbol(address: Address, style: 'S' | 's' | 'B', buildId: boolean): string;
  readonly pointers: PointerMode;
  /** `/proc/sys/kernel/kptr_restrict`. */
  readonly kptrRestrict: number;
  /** `WARN_ONCE` of the formatter itself: `message` without newline, said from `line` of lib/vsprintf.c. */
  warnOnce(message: string, line: number): void;
}

/** The variable arguments of one call: each read gives the next one as 64 bits. */
export interface FormatArguments {
  next(): bigint;
}

/** Arguments from a fixed list; missing ones read as 0. */
export function listArguments(values: readonly bigint[]): FormatArguments {
  let at = 0;
  return { next: () => BigInt.asUintN(64, values[at++] ?? 0n) };
}

/**
 * Arguments from a `va_list` in guest memory (`struct __va_list_tag`: System V AMD64 ABI, 3.5.7): the register save
 * area first, then the overflow area.
 */
export function guestArguments(memory: AddressSpace, list: Address): FormatArguments {
  let gpOffset = memory.readU32(list);
  let overflow = memory.readPointer(list + 8);
  const registerArea = memory.readPointer(list + 16);
  return {
    next: () => {
      if (gpOffset < 48) {
        gpOffset += 8;
        return memory.readU64(registerArea + gpOffset - 8);
      }
      overflow += 8;
      return memory.readU64(overflow - 8);
    },
  };
}
