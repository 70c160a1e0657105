import { flag, type OptionTable, valued } from '../command-line/getopt-long.ts';

/** What the command line of modinfo (kmod style) asks for. Byte strings. */
export interface ModinfoSettings {
  /** The one field to show; undefined: all, with labels. */
  field: string | undefined;
  separator: '\n' | '\0';
  /** Operands are names of modules, not files or aliases. */
  byName: boolean;
  release: string | undefined;
  basedir: string | undefined;
  json: boolean;
}

type Setter = (value: string) => Partial<ModinfoSettings>;

const field =
  (name: string): Setter =>
  () => ({ field: name });

/** What each option id changes. */
export const SETTERS: Readonly<Record<string, Setter>> = {
  a: field('author'),
  d: field('description'),
  l: field('license'),
  p: field('parm'),
  n: field('filename'),
  '0': () => ({ separator: '\0' }),
  m: () => ({ byName: true }),
  F: (value) => ({ field: value }),
  k: (value) => ({ release: value }),
  b: (value) => ({ basedir: value }),
  json: () => ({ json: true }),
};

/** kmod's options, and our own at the end. */
export const OPTIONS: OptionTable = {
  short: 'adlpn0mF:k:b:Vh',
  long: [
    flag('author', 'a'),
    flag('description', 'd'),
    flag('license', 'l'),
    flag('parameters', 'p'),
    flag('filename', 'n'),
    flag('null', '0'),
    flag('modname', 'm'),
    valued('field', 'F'),
    valued('set-version', 'k'),
    valued('basedir', 'b'),
    flag('version', 'V'),
    flag('help', 'h'),
    flag('json', 'json'),
  ],
};

/** What `modinfo --help` says in kmod style. */
export function modinfoHelp(name: string): string {
  return `Usage:
	${name} [options] <modulename|filename> [args]
Options:
	-a, --author                print the author only
	-d, --description           print the description only
	-l, --license               print the license only
	-p, --parameters            print the parameters only
	-n, --filename              print the file name only
	-0, --null                  end each field with a NUL, not a line end
	-m, --modname               operands are module names, not aliases or files
	-F, --field FIELD           print this field only
	-k, --set-version VERSION   look for this kernel release
	-b, --basedir DIR           look for lib/modules below DIR
	    --json                  print JSON
	-V, --version               print the version
	-h, --help                  print this help

Of kobox:
	    --elf FILE...           print headers and sections of files

Examples:
  ${name} hello.ko
  ${name} -F depends hello
`;
}
