/** The global options as text, before they are checked. */
export interface GlobalWords {
  readonly root?: string | undefined;
  readonly style?: string | undefined;
  readonly uid?: string | undefined;
  readonly init?: string | undefined;
  readonly budget?: string | undefined;
  readonly strict?: boolean | undefined;
  readonly allowCommands?: boolean | undefined;
}

/** What stood before the applet's name, and what follows. */
export interface ProgramWords {
  readonly global: GlobalWords;
  readonly rest: readonly string[];
}

/** An option that stands before the applet's name. */
interface GlobalOption {
  readonly key: keyof GlobalWords;
  /** As help shows it. */
  readonly flags: string;
  readonly description: string;
}

/** All of them, in the order of the help. */
export const GLOBAL_OPTIONS: readonly GlobalOption[] = [
  {
    key: 'root',
    flags: '--root <dir>',
    description: 'the machine: its state root (KOBOX_ROOT, else ~/.local/state/kobox)',
  },
  { key: 'style', flags: '--style <style>', description: 'whose words and habits: busybox or kmod (KOBOX_STYLE)' },
  { key: 'uid', flags: '--uid <number>', description: 'act as this user: only 0 may load and unload' },
  { key: 'init', flags: '--init <how>', description: "run or skip the modules' own code (KOBOX_INIT)" },
  {
    key: 'budget',
    flags: '--budget <number>',
    description: 'instructions that modules may run in one command (KOBOX_BUDGET, else 500000000)',
  },
  {
    key: 'strict',
    flags: '--strict',
    description: 'a call of a kernel function that is not modelled is an error (KOBOX_STRICT=1)',
  },
  {
    key: 'allowCommands',
    flags: '--allow-commands',
    description: 'let install and remove lines run commands on this host (KOBOX_ALLOW_COMMANDS=1)',
  },
];

/**
 * Reads the options before the applet's name. Undefined when a word is none of {@link GLOBAL_OPTIONS}, or no applet
 * follows: help, the version or a mistake, which program.ts answers.
 */
export function readGlobalWords(words: readonly string[]): ProgramWords | undefined {
  const global: Record<string, string | true> = {};
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (!word.startsWith('-')) return { global: global as GlobalWords, rest: words.slice(at) };
    const { name, joined } = splitAtEquals(word);
    const option = GLOBAL_OPTIONS.find(({ flags }) => flags.split(' ', 1)[0] === name);
    if (option === undefined) return undefined;
    const takesValue = option.flags !== name;
    const value = joined ?? (takesValue ? words[++at] : undefined);
    if (takesValue === (value === undefined)) return undefined;
    global[option.key] = value ?? true;
  }
  return undefined;
}

function splitAtEquals(word: string): { readonly name: string; readonly joined: string | undefined } {
  const equals = word.indexOf('=');
  return equals < 0
    ? { name: word, joined: undefined }
    : { name: word.slice(0, equals), joined: word.slice(equals + 1) };
}
