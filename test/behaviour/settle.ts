import type { ModuleState } from './record.ts';

/** What differs from one run of the real kernel to the next. */
const VOLATILE: readonly (readonly [RegExp, string])[] = [
  [/\b(?:0x)?[0-9a-f]{16}\b/g, 'ADDRESS'],
  [/PID: \d+/g, 'PID: N'],
  [/note: (\w+)\[\d+\]/g, 'note: $1[N]'],
  [/ @ \d+$/gm, ' @ N'],
  [/\[\d+\] (?=gt_)/g, '[N] '],
  [/ [A-Z][a-z]{2} [ \d]\d \d\d:\d\d (?=\/dev)/g, ' '],
  [/after \d+ usecs/g, 'after N usecs'],
  [/^(\[ *\d+\.\d+\])/gm, '[TIME]'],
  [/^(<\d>)\[ *\d+\.\d+\]/gm, '$1[TIME]'],
];

/** A text without what differs from run to run. */
export function settle(text: string): string {
  return VOLATILE.reduce((settled, [pattern, word]) => settled.replace(pattern, word), text);
}

/** Lines of the recording's own machine and of its stack's leftovers, and what `filp_open` says where its file is not. */
const HOST_LINE =
  /^<.>(?:Hardware name: | \? |Code: |FS: {2}|CS: {2}|CR2: |RSP: |R[A-Z0-9]{2}: |RIP: 0033|PGD |Kernel Offset|gt_printk: filp_open )/;

/** A log without the host's part of a dump. */
export function settleTrace(log: readonly string[]): string[] {
  return log.filter((line) => !HOST_LINE.test(line)).map(settle);
}

/** Addresses count from the module's first page; those elsewhere are the machine's own. */
export function settleModule(state: ModuleState): ModuleState {
  const addresses = Object.values(state.sections).map(firstAddress);
  const base = addresses.reduce((low, address) => (address < low ? address : low), addresses[0] ?? 0n) & ~0xfffn;
  const relative = (text: string) =>
    text.replace(/\b(?:0x)?([0-9a-f]{16})\b/, (_, digits: string) => {
      const offset = BigInt(`0x${digits}`) - base;
      return offset >= 0n && offset < MODULE_SPACE ? `+${offset.toString(16)}` : 'ADDRESS';
    });
  return {
    ...state,
    sections: Object.fromEntries(Object.entries(state.sections).map(([name, text]) => [name, relative(text)])),
    kallsyms: state.kallsyms?.map(relative),
  };
}

/** No module of the recordings takes more. */
const MODULE_SPACE = 0x100000n;

function firstAddress(text: string): bigint {
  return BigInt(`0x${/[0-9a-f]{16}/.exec(text)?.[0] ?? '0'}`);
}
