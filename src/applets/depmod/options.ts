import { flag, getoptLong, type OptionTable, valued } from '../command-line/getopt-long.ts';

/** kmod 34's options (`cmdopts` of tools/depmod.c), and kobox's own, which have no letter. */
const TABLE: OptionTable = {
  short: 'aAb:m:o:C:E:F:evnP:wVh',
  long: [
    flag('all', 'a'),
    flag('quick', 'A'),
    valued('basedir', 'b'),
    valued('moduledir', 'm'),
    valued('outdir', 'o'),
    valued('config', 'C'),
    valued('symvers', 'E'),
    valued('filesyms', 'F'),
    flag('errsyms', 'e'),
    flag('verbose', 'v'),
    flag('show', 'n'),
    flag('dry-run', 'n'),
    valued('symbol-prefix', 'P'),
    flag('warn', 'w'),
    flag('version', 'V'),
    flag('help', 'h'),
    flag('json', 'json'),
    flag('no-cache', 'no-cache'),
    valued('explain', 'explain'),
  ],
};

/** depmod's command line. */
export interface DepmodWords {
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  readonly verbosity: number;
  readonly configPaths: readonly string[];
  readonly operands: readonly string[];
  /** getopt_long's complaint; options before it have been taken. */
  readonly wrong: string | undefined;
}

/** Takes depmod's words (byte strings) apart. Of `-h` and `-V` and a complaint, what comes first decides. */
export function depmodWords(words: readonly string[]): DepmodWords {
  const { options, operands } = getoptLong(words, TABLE);
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const configPaths: string[] = [];
  let verbosity = 0;
  for (const option of options) {
    if (option.id === '?')
      return { flags, values, verbosity, configPaths, operands, wrong: 'message' in option ? option.message : '' };
    const { id, value } = option as { id: string; value: string };
    flags.add(id);
    values.set(id, value);
    if (id === 'C') configPaths.push(value);
    if (id === 'v') verbosity++;
    if (id === 'h' || id === 'V') break;
  }
  return { flags, values, verbosity, configPaths, operands, wrong: undefined };
}
