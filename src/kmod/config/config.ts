/** Where a line of configuration stands. */
export interface ConfigPlace {
  readonly file: string;
  readonly line: number;
}

/** `alias PATTERN MODULE`. */
interface ConfigAlias {
  readonly pattern: string;
  readonly module: string;
}

/** `options MODULE TEXT`, `install PATTERN COMMAND`, `remove PATTERN COMMAND`. */
interface ConfigText {
  readonly module: string;
  readonly text: string;
}

/** `softdep PATTERN pre: … post: …`. */
export interface ConfigSoftdep {
  readonly module: string;
  readonly pre: readonly string[];
  readonly post: readonly string[];
}

/** `weakdep PATTERN …`. */
interface ConfigWeakdep {
  readonly module: string;
  readonly weak: readonly string[];
}

/** `mask MODULE`, our own directive: the module may not be loaded by any way. */
export interface ConfigMask {
  readonly module: string;
  readonly place: ConfigPlace;
}

/** All of modprobe.d and the kernel command line, each directive in the order read. Byte strings. */
export interface ModprobeConfig {
  readonly blacklist: string[];
  readonly install: ConfigText[];
  readonly remove: ConfigText[];
  readonly aliases: ConfigAlias[];
  readonly options: ConfigText[];
  readonly softdeps: ConfigSoftdep[];
  readonly weakdeps: ConfigWeakdep[];
  readonly masks: ConfigMask[];
}

/** A configuration that says nothing. */
export function emptyConfig(): ModprobeConfig {
  return {
    blacklist: [],
    install: [],
    remove: [],
    aliases: [],
    options: [],
    softdeps: [],
    weakdeps: [],
    masks: [],
  };
}

/** A softdep's text as `modprobe -c` shows it: kmod writes no blank between the last `pre` and `post:`. */
export function softdepText(softdep: ConfigSoftdep): string {
  const part = (label: string, names: readonly string[]) => (names.length === 0 ? '' : `${label}: ${names.join(' ')}`);
  return part('pre', softdep.pre) + part('post', softdep.post);
}
