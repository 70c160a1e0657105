/** Options of ours that stand before insmod's and modprobe's own, in either style. */
export interface WatchOptions {
  readonly explain: boolean;
  readonly trace: boolean;
  readonly verbose: boolean;
  readonly json: boolean;
}

const OWN = ['--explain', '--trace', '--json'] as const;

/** Takes our options off the front of the words; `-v` is ours only behind `--trace`. */
export function takeWatchOptions(argv: readonly string[]): {
  readonly options: WatchOptions | undefined;
  readonly words: readonly string[];
} {
  const end = argv.findIndex((word, index) => !isOwn(word, argv.slice(0, index)));
  const own = argv.slice(0, end < 0 ? argv.length : end);
  if (own.length === 0) return { options: undefined, words: argv };
  const options = {
    explain: own.includes('--explain'),
    trace: own.includes('--trace'),
    verbose: own.includes('-v'),
    json: own.includes('--json'),
  };
  return { options, words: argv.slice(own.length) };
}

function isOwn(word: string, before: readonly string[]): boolean {
  if (word === '-v') return before.includes('--trace');
  return OWN.some((name) => name === word);
}
