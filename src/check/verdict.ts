/** Why a module does not load, as a colleague would put it. */
export interface Cause {
  /** Stable name of the rule, for programs: `vermagic`, `symbol-version`, … */
  readonly id: string;
  /** What is wrong and where: one or more sentences. */
  readonly reason: string;
  /** What to do next. */
  readonly next: string;
}

/** The answer for one module on one kernel. */
export interface Verdict {
  /** The file as it was named. */
  readonly file: string;
  /** The module's own name, or the empty string when the file does not say. */
  readonly name: string;
  /** undefined: could not tell; `causes` says why. */
  readonly loads: boolean | undefined;
  /** Positive error number of init_module(2); 0 when it loads. */
  readonly errno: number;
  /** What the kernel logged, a line each, without levels. */
  readonly log: readonly string[];
  readonly causes: readonly Cause[];
}
