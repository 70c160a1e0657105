/** A module's state as the running kernel shows it. */
export type InitState = 'live' | 'coming' | 'going';

/**
 * What the tools ask of the running kernel, whichever it is: sysfs and the module system calls. Names are module names.
 * Numbers below 0 are negated errnos.
 */
export interface ModuleKernel {
  /** `/sys/module/NAME/initstate`; undefined when the module is not there. */
  initState(name: string): InitState | undefined;
  /** `/sys/module/NAME/refcnt`; undefined when the module is not there. */
  referenceCount(name: string): number | undefined;
  /** The names in `/sys/module/NAME/holders`, sorted. */
  holders(name: string): readonly string[];
  /** finit_module(2) on the file. */
  insert(path: string, flags: InsertFlags, parameters: string): number;
  /** delete_module(2) with O_NONBLOCK, and O_TRUNC with `force`. */
  remove(name: string, force: boolean): number;
}

/** What finit_module is to leave unchecked. */
export interface InsertFlags {
  readonly ignoreModversions: boolean;
  readonly ignoreVermagic: boolean;
}
