import type { Address } from '../../memory/address.ts';
import type { Session } from './session.ts';
import { moduleAt } from './symbolize.ts';

/** `struct bug_entry` with relative pointers: bug address, file, line, flags; include/asm-generic/bug.h. */
const ENTRY_SIZE = 12;
/** `BUGFLAG_*`, include/asm-generic/bug.h. */
export const BUGFLAG = { WARNING: 1, ONCE: 2, DONE: 4, NO_CUT_HERE: 8 } as const;

/** One `BUG()` or `WARN()` place of a module. */
export interface BugEntry {
  readonly entry: Address;
  readonly file: string | undefined;
  readonly line: number;
  readonly flags: number;
}

/** `find_bug`: what the module's `__bug_table` says of the instruction at an address (kernel: lib/bug.c). */
export function findBug(session: Session, address: Address): BugEntry | undefined {
  const { kernel, memory } = session;
  const module = moduleAt(kernel, address);
  const table = module?.sections.find((section) => section.name === '__bug_table')?.address;
  if (table === undefined) return undefined;
  const mapping = memory.find(table);
  const end = mapping ? mapping.base + mapping.bytes.length : table;
  for (let entry = table; entry + ENTRY_SIZE <= end; entry += ENTRY_SIZE) {
    if (entry + (memory.readU32(entry) | 0) === address) return readEntry(session, entry);
  }
  return undefined;
}

function readEntry({ memory }: Session, entry: Address): BugEntry {
  const file = entry + 4 + (memory.readU32(entry + 4) | 0);
  return {
    entry,
    file: memory.find(file) ? memory.readCString(file) : undefined,
    line: memory.readU16(entry + 8),
    flags: memory.readU16(entry + 10),
  };
}

/** Marks a `WARN_ONCE` place as done. */
export function markDone({ memory }: Session, bug: BugEntry): void {
  memory.writeU16(bug.entry + 10, bug.flags | BUGFLAG.DONE);
}
