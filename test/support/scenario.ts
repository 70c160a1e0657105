import type { RecipeStep } from './recipe.ts';

/** A file of a scenario: a base module by name, or one with changes. */
export type ScenarioFile = string | { readonly base: string; readonly steps: readonly RecipeStep[] };

/** One command and what the real kernel and the real tool gave. */
export interface ScenarioCommand {
  /** A line of the small shell that {@link runLine} knows. */
  readonly run: string;
  /** `--uid`. */
  readonly uid?: number;
  /** Left out: nothing. */
  readonly stdout?: string;
  readonly stderr?: string;
  /** Left out: 0. */
  readonly exit?: number;
  /** The command stands for a raw system call: its exit status alone is compared, and is this errno. */
  readonly errno?: number;
  /** `<LEVEL>text` of each line logged; `module` in front: the module's own code said it. */
  readonly log?: readonly string[];
  /** Taint afterwards; left out: as before. */
  readonly taint?: number;
}

/** What was recorded on a real machine, in the one format for all commands. */
export interface Scenario {
  readonly id: string;
  readonly shows: string;
  /** Kernel release and tools. */
  readonly recorded: string;
  /** Kernel command line; left out: none. */
  readonly boot?: string;
  /** A good out-of-tree module was loaded and unloaded before. */
  readonly warm?: boolean;
  readonly files: Readonly<Record<string, ScenarioFile>>;
  readonly commands: readonly ScenarioCommand[];
}
