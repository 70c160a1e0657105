/** What one module shows in sys/module after a step. */
export interface ModuleState {
  /** `MODE text` by path below sys/module/NAME; a file that cannot be read has no text. */
  readonly files: Readonly<Record<string, string>>;
  readonly sections: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
  readonly holders: readonly string[];
  /** Its lines of /proc/kallsyms; undefined: not recorded. */
  readonly kallsyms?: readonly string[] | undefined;
}

/** One command of a recording, and what the real kernel and its tools gave. Addresses are settled. */
export interface RecordedStep {
  /** A line for the shell; `insmod` and `rmmod` at its begin are kmod's, other ones busybox's. */
  readonly run: string;
  /** Exit status; `SIGSEGV`, `SIGKILL`: the kernel killed it; `waits`: it did not come back. */
  readonly exit: number | 'SIGSEGV' | 'SIGKILL' | 'waits';
  readonly stdout: string;
  readonly stderr: string;
  /** `<LEVEL>text`; `<?>text`: what the console showed, which ended with the machine. */
  readonly log: readonly string[];
  /** Lines of /proc/modules; undefined: not looked at. */
  readonly modules?: readonly string[] | undefined;
  /** The module that the command named, while it is there. */
  readonly module?: ModuleState | undefined;
  /** What came and went in /dev, /proc and /sys; undefined: not looked at. */
  readonly added?: readonly string[] | undefined;
  readonly removed?: readonly string[] | undefined;
}

/** A boot of the recorded machine. */
export interface Recording {
  readonly name: string;
  readonly commandLine: string;
  readonly steps: readonly RecordedStep[];
}
