import type { ModuleState } from './record.ts';

/** What differs from one run of the real kernel to the next. */
const VOLATILE: readonly (readonly [RegExp, string])[] = [
  [/\b(?:0x)?[0-9a-f]{16}\b/g, 'ADDRESS'],
  [/PID: \d+/g, 'PID: N'],
  [/kworker\/0:\d/g, 'kworker/0:N'],
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
  /^<.>(?:Hardware name: | \? |FS: {2}|CR2: .* CR3|PGD |Kernel Offset|R[A-Z0-9]{2}: (?!0010:)|gt_printk: filp_open )/;
/** The program's registers at its system call, and the code there. */
const USER_PART = /^(<.>RIP: 0033:.*)\n<.>Code: .*\n<.>RSP: 002b:.*\n/gm;
/** Code and stack of the kernel's own functions. */
const KERNEL_PART = /^(<.>RIP: 0010:[^[\n]*)\n<.>Code: .*\n<.>RSP: .*$/gm;
/** Code of a module, in which the bytes of addresses differ: the instruction's first byte stays. */
const CODE = /^(<.>Code: )[0-9a-f ]*(<[0-9a-f]{2}>)[0-9a-f ]*$/gm;

/** A log without the host's part of a dump. */
export function settleTrace(log: readonly string[]): string[] {
  const whole = log.map((line) => line.replaceAll('\n', '\r')).join('\n');
  const dumps = whole.replace(USER_PART, '').replace(KERNEL_PART, '$1').replace(CODE, '$1$2');
  const lines = whole === '' ? [] : dumps.split('\n').map((line) => line.replaceAll('\r', '\n'));
  return lines.filter((line) => !HOST_LINE.test(line)).map(settle);
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
