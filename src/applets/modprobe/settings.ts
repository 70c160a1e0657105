import { flag, type OptionTable, valued } from '../command-line/getopt-long.ts';
import { LOG } from '../output/kmod-log.ts';

/** What the command line of modprobe (kmod style) asks for. Byte strings. */
export interface ModprobeSettings {
  all: boolean;
  remove: boolean;
  removeHolders: boolean;
  /** Milliseconds. */
  wait: number;
  firstTime: boolean;
  ignoreCommands: boolean;
  useBlacklist: boolean;
  force: boolean;
  forceModversion: boolean;
  forceVermagic: boolean;
  lookupOnly: boolean;
  ignoreLoaded: boolean;
  dryRun: boolean;
  show: boolean;
  listing: 'config' | 'modversions' | 'exports' | undefined;
  readonly configPaths: string[];
  dirname: string | undefined;
  release: string | undefined;
  syslog: boolean;
  /** A syslog priority. */
  verbose: number;
  json: boolean;
  mergeSoftdeps: boolean;
  keepInstall: boolean;
  /** What commands that modprobe runs find in MODPROBE_OPTIONS beyond what stands there. */
  readonly passedOn: string[];
}

/** What holds when nothing is said. */
export function defaultSettings(): ModprobeSettings {
  return {
    all: false,
    remove: false,
    removeHolders: false,
    wait: 0,
    firstTime: false,
    ignoreCommands: false,
    useBlacklist: false,
    force: false,
    forceModversion: false,
    forceVermagic: false,
    lookupOnly: false,
    ignoreLoaded: false,
    dryRun: false,
    show: false,
    listing: undefined,
    configPaths: [],
    dirname: undefined,
    release: undefined,
    syslog: false,
    verbose: LOG.WARNING,
    json: false,
    mergeSoftdeps: false,
    keepInstall: false,
    passedOn: [],
  };
}

/** Takes one option in; a text: what is wrong with its value. */
type Setter = (settings: ModprobeSettings, value: string) => string | undefined;

const set =
  (change: Partial<ModprobeSettings>): Setter =>
  (settings) => {
    Object.assign(settings, change);
    return undefined;
  };

const passOn =
  (letter: string, change: (settings: ModprobeSettings) => void): Setter =>
  (settings) => {
    settings.passedOn.push(letter);
    change(settings);
    return undefined;
  };

/** strtoul(3) with base 0; undefined when it does not take the whole text. */
function unsignedLong(text: string): number | undefined {
  if (!/^\s*\+?(?:0[xX][0-9a-fA-F]+|\d+)$/.test(text)) return undefined;
  const digits = text.trim().replace('+', '');
  const isOctal = /^0\d/.test(digits);
  if (isOctal && /[89]/.test(digits)) return undefined;
  const value = isOctal ? Number.parseInt(digits, 8) : Number(digits);
  return value < 2 ** 64 ? value : undefined;
}

/** What each option id does. */
export const SETTERS: Readonly<Record<string, Setter>> = {
  a: set({ all: true }),
  r: set({ remove: true }),
  'remove-holders': set({ removeHolders: true, remove: true }),
  w: (settings, value) => {
    settings.wait = unsignedLong(value) ?? -1;
    return settings.wait < 0 ? `unexpected wait value '${value}'.` : undefined;
  },
  'first-time': set({ firstTime: true }),
  i: set({ ignoreCommands: true }),
  b: set({ useBlacklist: true }),
  f: set({ force: true }),
  'force-modversion': set({ forceModversion: true }),
  'force-vermagic': set({ forceVermagic: true }),
  D: set({ ignoreLoaded: true, dryRun: true, show: true }),
  R: set({ lookupOnly: true }),
  c: set({ listing: 'config' }),
  'show-modversions': set({ listing: 'modversions' }),
  'show-exports': set({ listing: 'exports' }),
  n: set({ dryRun: true }),
  C: (settings, value) => {
    settings.configPaths.push(value);
    settings.passedOn.push('-C', value);
    return undefined;
  },
  d: (settings, value) => set({ dirname: value })(settings, ''),
  S: (settings, value) => set({ release: value })(settings, ''),
  s: passOn('-s', (settings) => {
    settings.syslog = true;
  }),
  q: passOn('-q', (settings) => {
    settings.verbose = LOG.EMERG;
  }),
  v: passOn('-v', (settings) => {
    settings.verbose++;
  }),
  json: set({ json: true }),
  'merge-softdeps': set({ mergeSoftdeps: true }),
  'keep-install': set({ keepInstall: true }),
};

/** kmod's options with all their spellings, and our own at the end. */
export const OPTIONS: OptionTable = {
  short: 'arw:RibfDcnC:d:S:sqvVh',
  long: [
    flag('all', 'a'),
    flag('remove', 'r'),
    flag('remove-dependencies', 'remove-holders'),
    flag('remove-holders', 'remove-holders'),
    valued('wait', 'w'),
    flag('resolve-alias', 'R'),
    flag('show-alias', 'R'),
    flag('first-time', 'first-time'),
    flag('ignore-install', 'i'),
    flag('ignore-remove', 'i'),
    flag('use-blacklist', 'b'),
    flag('force', 'f'),
    flag('force-modversion', 'force-modversion'),
    flag('force-vermagic', 'force-vermagic'),
    flag('show-depends', 'D'),
    flag('showconfig', 'c'),
    flag('show-config', 'c'),
    flag('show-modversions', 'show-modversions'),
    flag('dump-modversions', 'show-modversions'),
    flag('show-exports', 'show-exports'),
    flag('dry-run', 'n'),
    flag('show', 'n'),
    valued('config', 'C'),
    valued('dirname', 'd'),
    valued('set-version', 'S'),
    flag('syslog', 's'),
    flag('quiet', 'q'),
    flag('verbose', 'v'),
    flag('version', 'V'),
    flag('help', 'h'),
    flag('json', 'json'),
    flag('merge-softdeps', 'merge-softdeps'),
    flag('keep-install', 'keep-install'),
  ],
};
