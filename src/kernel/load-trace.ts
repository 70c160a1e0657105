import type { LoadInfo } from './load-info.ts';

/** Watches a load from outside: `--trace`, `check`. It must not change what it is shown. */
export interface LoadTrace {
  /** A stage is over and passed; `info` shows what it found. */
  passed(stage: string, info: LoadInfo): void;
  /** A stage refused the module. */
  failed(stage: string, info: LoadInfo, error: unknown): void;
}
