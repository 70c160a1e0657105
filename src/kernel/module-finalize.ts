import { SHF } from '../abi/elf.ts';
import type { Address } from '../memory/address.ts';
import type { Kernel } from './kernel.ts';
import { versionAtLeast } from './kernel-version.ts';
import { findSec, type LoadInfo, sectionContents } from './load-info.ts';
import { CodeWindow } from './memory/code-window.ts';
import { warnAboutRetpoline, warnAboutReturn, warnAboutUnwinder } from './site-warnings.ts';

/** `CALL rel32`, `JMP rel32`, `RET`, `NOP`, `LOCK`, and the segment prefix that means nothing. */
const CODE = {
  CALL: 0xe8,
  JMP: 0xe9,
  RET: 0xc3,
  NOP: 0x90,
  LOCK: 0xf0,
  DS: 0x3e,
  CS: 0x2e,
  TWO_BYTES: 0x0f,
  JCC: 0x80,
} as const;
const BRANCH_SIZE = 5;
/** `INT3` behind a return, for processors that look ahead. */
const FOUR_INT3 = 0xcccccccc | 0;
/** How a row of `struct alt_instr` stands in memory, by the version from which on: its size and where its lengths are. */
const ALTERNATIVES = [
  { since: [6, 4], size: 14, lengths: 12 },
  { since: [5, 11], size: 12, lengths: 10 },
  { since: [0, 0], size: 13, lengths: 10 },
] as const;
/** `ALTINSTR_FLAG_INV` in the feature; from 6.4 on `ALT_FLAG_NOT` in flags of their own. */
const INVERTED = 0x8000;
const NOT = 1;
/** `X86_FEATURE_ALWAYS`. The emulated processor has no other feature that alternatives are for. */
const ALWAYS = 3 * 32 + 21;
/** `x86_nops[]`, arch/x86/kernel/alternative.c: no-operations of one to eight bytes. */
const NOPS = [
  [],
  [0x90],
  [0x66, 0x90],
  [0x0f, 0x1f, 0x00],
  [0x0f, 0x1f, 0x40, 0x00],
  [0x0f, 0x1f, 0x44, 0x00, 0x00],
  [0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00],
  [0x0f, 0x1f, 0x80, 0x00, 0x00, 0x00, 0x00],
  [0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00],
];
/** Static calls whose function a kernel with voluntary preemption sets when it boots, by the name of their trampoline. */
const STATIC_CALLS = { __SCT__might_resched: '__cond_resched', __SCT__cond_resched: '__cond_resched' } as const;

/** A section of the module: its bytes, and where they stand. */
interface Table {
  readonly address: Address;
  readonly view: DataView;
}

/**
 * `module_finalize`, arch/x86/kernel/module.c: code is patched to the machine that it is loaded on, which has one
 * processor. Places that are no code of the module are left alone. Requires relocated sections.
 */
export function moduleFinalize(kernel: Kernel, info: LoadInfo): void {
  if (info.arch.machine !== 'x86_64') return;
  const code = new CodeWindow(kernel);
  lookAtRetpolines(kernel, info, code);
  applyReturns(kernel, info, code);
  applyAlternatives(kernel, info, code);
  applyStaticCalls(kernel, info, code);
  unlockPrefixes(info, code);
  warnAboutUnwinder(kernel, info);
}

/** Of sections with the same name `module_finalize` takes the last. */
function lastSection({ view }: LoadInfo, name: string): number {
  const { count, flags } = view.sections;
  let index = count - 1;
  while (index >= 0 && !(flags[index]! & SHF.ALLOC && view.sectionName(index) === name)) index--;
  return index;
}

function tableOf(info: LoadInfo, name: string): Table | undefined {
  const index = lastSection(info, name);
  if (index < 0) return undefined;
  const bytes = sectionContents(info, index);
  return {
    address: info.view.sections.address[index]!,
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  };
}

/** Calls `patch` with each place that a table of offsets from themselves names. `size`: of one row. */
function forEachPlace(table: Table | undefined, size: number, patch: (place: Address) => void): void {
  if (!table) return;
  const { address, view } = table;
  const last = view.byteLength - size;
  for (let at = 0; at <= last; at += size) patch(address + at + view.getInt32(at, true));
}

/** `apply_retpolines` without the mitigation patches nothing. */
function lookAtRetpolines(kernel: Kernel, info: LoadInfo, code: CodeWindow): void {
  forEachPlace(tableOf(info, '.retpoline_sites'), 4, (place) => {
    const bytes = code.bytes(place, BRANCH_SIZE);
    const [first = CODE.CALL, second = 0] = bytes?.subarray(bytes[0] === CODE.CS ? 1 : 0) ?? [];
    const isConditional = first === CODE.TWO_BYTES && (second & 0xf0) === CODE.JCC;
    if (first !== CODE.CALL && first !== CODE.JMP && !isConditional) warnAboutRetpoline(kernel);
  });
}

/** `apply_returns`: without the mitigation a jump to the return thunk is a return. */
function applyReturns(kernel: Kernel, info: LoadInfo, code: CodeWindow): void {
  const thunk = kernel.profile.exports.find('__x86_return_thunk')?.address;
  if (thunk === undefined) return;
  forEachPlace(tableOf(info, '.return_sites'), 4, (place) => {
    const at = code.offset(place, BRANCH_SIZE);
    if (at < 0) return warnAboutReturn(kernel, place);
    const { view } = code;
    if (view.getUint8(at) !== CODE.JMP || view.getInt32(at + 1, true) !== thunk - place - BRANCH_SIZE) {
      return warnAboutReturn(kernel, place);
    }
    view.setUint8(at, CODE.RET);
    view.setInt32(at + 1, FOUR_INT3);
  });
}

/** `apply_alternatives`. */
function applyAlternatives(kernel: Kernel, info: LoadInfo, code: CodeWindow): void {
  const table = tableOf(info, '.altinstructions');
  if (!table) return;
  const { address, view } = table;
  const { since, size, lengths } = ALTERNATIVES.find((each) => versionAtLeast(kernel, each.since[0], each.since[1]))!;
  for (let at = 0; at + size <= view.byteLength; at += size) {
    const place = address + at + view.getInt32(at, true);
    const bytes = code.bytes(place, view.getUint8(at + lengths));
    if (!bytes) continue;
    if (isTaken(view, at, since[0] === 6)) {
      const from = address + at + 4 + view.getInt32(at + 4, true);
      replace(bytes, place, code.bytes(from, view.getUint8(at + lengths + 1)), from);
    }
    optimizeNops(bytes);
  }
}

function isTaken(view: DataView, at: number, hasFlags: boolean): boolean {
  const feature = view.getUint16(at + 8, true);
  const isAlways = (hasFlags ? feature : feature & ~INVERTED) === ALWAYS;
  return isAlways !== (hasFlags ? (view.getUint16(at + 10, true) & NOT) !== 0 : (feature & INVERTED) !== 0);
}

/** The replacement with no-operations behind it; a branch in it goes where it went. */
function replace(bytes: Uint8Array, place: Address, replacement: Uint8Array | undefined, from: Address): void {
  if (!replacement || replacement.length > bytes.length) return;
  bytes.fill(CODE.NOP);
  bytes.set(replacement);
  if (replacement.length !== BRANCH_SIZE || (bytes[0] !== CODE.CALL && bytes[0] !== CODE.JMP)) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  view.setInt32(1, view.getInt32(1, true) + from - place, true);
}

/** `optimize_nops`: a run of one-byte no-operations at the end becomes longer ones. */
function optimizeNops(bytes: Uint8Array): void {
  let start = bytes.length;
  while (start > 0 && bytes[start - 1] === CODE.NOP) start--;
  while (bytes.length - start > 1) {
    const nop = NOPS[Math.min(bytes.length - start, NOPS.length - 1)]!;
    bytes.set(nop, start);
    start += nop.length;
  }
}

/** `static_call_module_notify`: calls of trampolines go to the function itself. */
function applyStaticCalls({ profile }: Kernel, info: LoadInfo, code: CodeWindow): void {
  const table = tableOf(info, '.static_call_sites');
  if (!table) return;
  const targets = new Map(
    Object.entries(STATIC_CALLS).map(([from, to]) => [
      profile.exports.find(from)?.address,
      profile.exports.find(to)?.address,
    ]),
  );
  forEachPlace(table, 8, (place) => {
    const at = code.offset(place, BRANCH_SIZE);
    const operation = at < 0 ? 0 : code.view.getUint8(at);
    if (operation !== CODE.CALL && operation !== CODE.JMP) return;
    const target = targets.get(place + BRANCH_SIZE + code.view.getInt32(at + 1, true));
    if (target !== undefined) code.view.setInt32(at + 1, target - place - BRANCH_SIZE, true);
  });
}

/** `alternatives_smp_module_add`: on one processor nothing is to be locked. */
function unlockPrefixes(info: LoadInfo, code: CodeWindow): void {
  const text = findSec(info, '.text');
  if (text === 0) return;
  const { address, size } = info.view.sections;
  const [start, end] = [address[text]!, address[text]! + size[text]!];
  forEachPlace(tableOf(info, '.smp_locks'), 4, (place) => {
    if (place < start || place >= end) return;
    const at = code.offset(place, 1);
    if (at >= 0 && code.view.getUint8(at) === CODE.LOCK) code.view.setUint8(at, CODE.DS);
  });
}
