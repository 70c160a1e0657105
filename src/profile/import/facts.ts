import type { TextRun } from '../container/text-table.ts';
import type { CallSite, KernelExport } from '../kernel-profile.ts';
import type { Identity } from './banner.ts';
import type { KallsymsSymbol } from './kallsyms.ts';
import type { Types } from './types.ts';

/** All that a profile is made of. */
export interface KernelFacts extends Identity {
  /** `uname -m`. */
  readonly machine: string;
  /** Bytes of a pointer. */
  readonly pointerSize: number;
  readonly exports: readonly KernelExport[];
  readonly symbols: readonly KallsymsSymbol[];
  readonly types: Types | undefined;
  /** DER certificates, one behind the other. */
  readonly certificates: Uint8Array;
  /** Names under /sys/module of built-in code; absent: not known. */
  readonly builtinModules?: readonly string[];
  /** Code and read-only data, as in a booted kernel; made when it is asked for. */
  readonly text: () => readonly TextRun[];
  /** Places that traces name. */
  readonly callSites?: readonly CallSite[];
  /** Section `config`. */
  readonly config: Uint8Array;
  /** `config` holds only what the image gives away. */
  readonly configInferred?: boolean;
}
