/** What one command gave on the real machine. */
interface Step {
  /** The command there, in /w, where the module files are. */
  readonly run: string;
  /** The words of kobox that do the same, a list a command; absent: only the real machine needs it. */
  readonly kobox?: readonly (readonly string[])[];
  readonly stdout?: string;
  /** Exit status; absent: 0. */
  readonly exit?: number;
  /** `<LEVEL>text`, a line each. */
  readonly log: readonly string[];
}

/** Modules that are loaded and what is done to them: a recording. */
export interface Interaction {
  readonly modules: readonly string[];
  /** Programs that the real machine is given. */
  readonly programs?: readonly string[];
  readonly steps: readonly Step[];
}
