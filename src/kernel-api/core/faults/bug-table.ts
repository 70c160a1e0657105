import { isKernelText } from '../../../kernel/memory/kernel-text.ts';
import type { Address } from '../../../memory/address.ts';
import type { Session } from '../session.ts';
import { moduleAt } from './symbolize.ts';

/** `struct bug_entry` with relative pointers: bug address, file, line, flags; include/asm-generic/bug.h. */
const ENTRY_SIZE = 12;
/** `BUGFLAG_*`, include/asm-generic/bug.h. */
export const BUGFLAG = { WARNING: 1, ONCE: 2, DONE: 4, NO_CUT_HERE: 8 } as const;

/** One `BUG()` or `WARN()` place of a module, or of what runs of the kernel's own code. */
export interface BugEntry {
  readonly entry: Address;
  readonly file: string | undefined;
  readonly line: number;
  readonly flags: number;
}

/** `find_bug`: what the `__bug_table` of a module or the kernel says of the instruction at an address (kernel: lib/bug.c). */
export function findBug(session: Session, address: Address): BugEntry | undefined {
  const { kernel, memory } = session;
  const { start, end } = isKernelText(kernel.profile, address) ? kernelTable(session) : moduleTable(session, address);
  for (let entry = start; entry + ENTRY_SIZE <= end; entry += ENTRY_SIZE) {
    if (entry + (memory.readU32(entry) | 0) === address) return readEntry(session, entry);
  }
  return undefined;
}

interface Table {
  readonly start: Address;
  readonly end: Address;
}

const NO_TABLE: Table = { start: 0, end: 0 };

function moduleTable({ kernel, memory }: Session, address: Address): Table {
  const start = moduleAt(kernel, address)?.sections.find(({ name }) => name === '__bug_table')?.address;
  const mapping = start === undefined ? undefined : memory.find(start);
  return start !== undefined && mapping ? { start, end: mapping.base + mapping.size } : NO_TABLE;
}

/** The kernel's own, where the profile has it. */
function kernelTable({ kernel: { profile } }: Session): Table {
  const [start, end] = ['start', 'stop'].map((side) => profile.symbolAddress(`__${side}___bug_table`));
  const isKept = profile.text?.runs.some(({ address }) => address === start);
  return start !== undefined && end !== undefined && isKept ? { start, end } : NO_TABLE;
}

function readEntry({ memory }: Session, entry: Address): BugEntry {
  const file = entry + 4 + (memory.readU32(entry + 4) | 0);
  return {
    entry,
    file: memory.reach(file) ? memory.readCString(file) : undefined,
    line: memory.readU16(entry + 8),
    flags: memory.readU16(entry + 10),
  };
}

/** Marks a `WARN_ONCE` place as done. */
export function markDone({ memory }: Session, bug: BugEntry): void {
  memory.writeU16(bug.entry + 10, bug.flags | BUGFLAG.DONE);
}

/** `BUG_GET_TAINT`: the number of the taint that a warning brings. */
export function taintOf({ flags }: BugEntry): number {
  return flags >>> 8;
}
