import type { Kernel } from '../kernel/kernel.ts';
import type { LoadInfo } from '../kernel/load-info.ts';
import type { Cause } from './verdict.ts';
import type { World } from './world.ts';

/** What the loader recorded of a load that failed. */
export interface Diagnosis {
  readonly kernel: Kernel;
  readonly world: World;
  readonly image: Uint8Array;
  /** The stage that refused, by its kernel name; undefined when none did: init itself failed, or the call was refused. */
  readonly stage: string | undefined;
  /** The load as it stood when the stage refused. */
  readonly info: LoadInfo | undefined;
  /** Sequence number of the first line that the kernel may have logged in this load. */
  readonly logFrom?: number;
  /** Positive error number. */
  readonly errno: number;
}

/** One rule: what it finds wrong, or nothing. It reads what the loader recorded, never the log. */
export type CauseRule = (diagnosis: Diagnosis) => readonly Cause[];
