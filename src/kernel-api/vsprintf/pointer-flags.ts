import type { Address } from '../../memory/address.ts';
import type { FormatContext } from './format-context.ts';
import { errorString, type PrintfSpec } from './spec.ts';

type FlagRow = readonly [mask: bigint, name: string];

/** `__def_gfpflag_names`, include/trace/events/mmflags.h; values: include/linux/gfp_types.h. */
const GFP_FLAGS: readonly FlagRow[] = [
  [0x1c24can, 'GFP_TRANSHUGE'],
  [0x1c20can, 'GFP_TRANSHUGE_LIGHT'],
  [0x100ccan, 'GFP_HIGHUSER_MOVABLE'],
  [0x100cc2n, 'GFP_HIGHUSER'],
  [0x100cc0n, 'GFP_USER'],
  [0x400cc0n, 'GFP_KERNEL_ACCOUNT'],
  [0xcc0n, 'GFP_KERNEL'],
  [0xc40n, 'GFP_NOFS'],
  [0xa20n, 'GFP_ATOMIC'],
  [0xc00n, 'GFP_NOIO'],
  [0x800n, 'GFP_NOWAIT'],
  [0x1n, 'GFP_DMA'],
  [0x2n, '__GFP_HIGHMEM'],
  [0x4n, 'GFP_DMA32'],
  [0x20n, '__GFP_HIGH'],
  [0x200n, '__GFP_ATOMIC'],
  [0x40n, '__GFP_IO'],
  [0x80n, '__GFP_FS'],
  [0x2000n, '__GFP_NOWARN'],
  [0x4000n, '__GFP_RETRY_MAYFAIL'],
  [0x8000n, '__GFP_NOFAIL'],
  [0x10000n, '__GFP_NORETRY'],
  [0x40000n, '__GFP_COMP'],
  [0x100n, '__GFP_ZERO'],
  [0x80000n, '__GFP_NOMEMALLOC'],
  [0x20000n, '__GFP_MEMALLOC'],
  [0x100000n, '__GFP_HARDWALL'],
  [0x200000n, '__GFP_THISNODE'],
  [0x10n, '__GFP_RECLAIMABLE'],
  [0x8n, '__GFP_MOVABLE'],
  [0x400000n, '__GFP_ACCOUNT'],
  [0x1000n, '__GFP_WRITE'],
  [0xc00n, '__GFP_RECLAIM'],
  [0x400n, '__GFP_DIRECT_RECLAIM'],
  [0x800n, '__GFP_KSWAPD_RECLAIM'],
  [0x800000n, '__GFP_ZEROTAGS'],
];

/** `__def_vmaflag_names`, include/trace/events/mmflags.h; values: include/linux/mm.h. */
const VMA_FLAGS: readonly FlagRow[] = [
  [0x1n, 'read'],
  [0x2n, 'write'],
  [0x4n, 'exec'],
  [0x8n, 'shared'],
  [0x10n, 'mayread'],
  [0x20n, 'maywrite'],
  [0x40n, 'mayexec'],
  [0x80n, 'mayshare'],
  [0x100n, 'growsdown'],
  [0x200n, 'uffd_missing'],
  [0x400n, 'pfnmap'],
  [0x1000n, 'uffd_wp'],
  [0x2000n, 'locked'],
  [0x4000n, 'io'],
  [0x8000n, 'seqread'],
  [0x10000n, 'randread'],
  [0x20000n, 'dontcopy'],
  [0x40000n, 'dontexpand'],
  [0x80000n, 'lockonfault'],
  [0x100000n, 'account'],
  [0x200000n, 'noreserve'],
  [0x400000n, 'hugetlb'],
  [0x800000n, 'sync'],
  [0x1000000n, 'pat'],
  [0x2000000n, 'wipeonfork'],
  [0x4000000n, 'dontdump'],
  [0x8000000n, 'softdirty'],
  [0x10000000n, 'mixedmap'],
  [0x20000000n, 'hugepage'],
  [0x40000000n, 'nohugepage'],
];

/** `__def_pageflag_names` in its own order; bit numbers: `enum pageflags`, include/linux/page-flags.h. */
const PAGE_FLAGS: readonly FlagRow[] = (
  [
    [0, 'locked'],
    [7, 'waiters'],
    [8, 'error'],
    [1, 'referenced'],
    [2, 'uptodate'],
    [3, 'dirty'],
    [4, 'lru'],
    [5, 'active'],
    [6, 'workingset'],
    [9, 'slab'],
    [10, 'owner_priv_1'],
    [11, 'arch_1'],
    [12, 'reserved'],
    [13, 'private'],
    [14, 'private_2'],
    [15, 'writeback'],
    [16, 'head'],
    [17, 'mappedtodisk'],
    [18, 'reclaim'],
    [19, 'swapbacked'],
    [20, 'unevictable'],
    [21, 'mlocked'],
    [22, 'uncached'],
    [23, 'hwpoison'],
    [24, 'arch_2'],
  ] as const
).map(([bit, name]) => [1n << BigInt(bit), name]);

/** Bits that `PAGEFLAGS_MASK` covers. */
const PAGE_FLAG_BITS = 25;
/** Fields above the flags in `page->flags`, x86-64 with NUMA balancing: name, shift, width, hexadecimal. */
const PAGE_FIELDS = [
  { name: 'node', shift: 54n, width: 10, prefix: '' },
  { name: 'zone', shift: 51n, width: 3, prefix: '' },
  { name: 'lastcpupid', shift: 30n, width: 21, prefix: '0x' },
] as const;

/** `%pG[pgv]`: `flags_string`. */
export function flagsString(context: FormatContext, format: string, pointer: Address, options: PrintfSpec): string {
  const { memory } = context;
  if (format[1] === 'p') return pageFlags(memory.readU64(pointer));
  if (format[1] === 'v') return formatFlags(memory.readU64(pointer), VMA_FLAGS);
  if (format[1] === 'g') return formatFlags(BigInt(memory.readU32(pointer)), GFP_FLAGS);
  return errorString('(%pG?)', options);
}

/** `format_flags`: names joined by `|`, what is left as a number. */
function formatFlags(flags: bigint, rows: readonly FlagRow[]): string {
  const parts: string[] = [];
  let rest = flags;
  for (const [mask, name] of rows) {
    if (rest === 0n) break;
    if ((rest & mask) !== mask) continue;
    parts.push(name);
    rest &= ~mask;
  }
  if (rest !== 0n) parts.push(`0x${rest.toString(16)}`);
  return parts.join('|');
}

/** `format_page_flags`. */
function pageFlags(flags: bigint): string {
  const main = BigInt.asUintN(PAGE_FLAG_BITS, flags);
  const fields = PAGE_FIELDS.map(
    ({ name, shift, width, prefix }) =>
      `${name}=${prefix}${BigInt.asUintN(width, flags >> shift).toString(prefix === '' ? 10 : 16)}`,
  );
  const names = main === 0n ? [] : [formatFlags(main, PAGE_FLAGS)];
  return `0x${flags.toString(16)}(${[...names, ...fields].join('|')})`;
}
