/** A mutant of which kobox says something else than the real kernel did, and why that is so. */
interface Disagreement {
  readonly id: string;
  /** What the recipe changes. */
  readonly change: string;
  /** Errno of the real kernel, and ours; `died`: the loading task was killed. */
  readonly real: number;
  readonly ours: number | 'died';
  readonly why: string;
}

const NO_TEXT =
  "init jumps into the middle of a kernel function, and a profile holds no instructions of the kernel's own";
const RECORDER =
  "init prints bytes of its own code, in which a relative call stands: the recorder's own module lay before this one";

/**
 * All known ones. The replay fails over a disagreement that is not in this list, and over one in it that has gone away:
 * an entry is written only when the cause is understood.
 */
const DISAGREEMENTS: readonly Disagreement[] = [
  { id: 'p-6612', change: 'call of _find_next_bit + 6', real: 0, ours: 'died', why: NO_TEXT },
  { id: 'p-11274', change: 'call of _printk + 4', real: 0, ours: 'died', why: NO_TEXT },
  {
    id: 'p-13219',
    change: 'load from nr_cpu_ids + 5',
    real: 0,
    ours: 'died',
    why: 'what lies behind an exported variable is not in a profile and reads as zero: a loop over CPUs never ends',
  },
  { id: 'p-12643', change: 'a variable becomes .text', real: 0, ours: 0, why: RECORDER },
  { id: 'p-14249', change: 'a variable becomes .text', real: 0, ours: 0, why: RECORDER },
];

const KNOWN = new Map(DISAGREEMENTS.map((entry) => [entry.id, entry]));

/** What is wrong with one outcome beside the list: undefined when the list says just this, or both agree and it says nothing. */
export function unexpected(id: string, agrees: boolean, ours: number | 'died'): string | undefined {
  const known = KNOWN.get(id);
  if (!known) return agrees ? undefined : `${id}: disagrees and is not in the list`;
  if (agrees) return `${id}: agrees now and is still in the list`;
  return known.ours === ours ? undefined : `${id}: ours is ${ours}, the list says ${known.ours}`;
}
