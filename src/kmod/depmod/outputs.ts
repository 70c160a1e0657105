import { ByteStrings } from '../byte-strings.ts';
import type { DepmodResult } from './depmod-result.ts';
import type { IndexOptions } from './index-builder.ts';
import { aliasIndex, builtinAliasIndex, builtinIndex, dependencyIndex, symbolIndex } from './index-outputs.ts';
import { aliasText, dependencyLines, devnameText, softdepText, symbolText, weakdepText } from './text-outputs.ts';

/** One file that depmod writes. */
export interface OutputFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What the outputs are made with. */
export interface OutputOptions extends IndexOptions {
  /** Where modules.builtin and modules.builtin.modinfo are. */
  readonly directory: string;
}

interface OutputContext {
  readonly result: DepmodResult;
  /** The modules' names. */
  readonly names: ByteStrings;
  /** The lines of modules.dep. */
  readonly lines: ByteStrings;
  readonly options: OutputOptions;
}

/** Each file's maker, in the order in which kmod writes them; those that make text are shown by `-n`. */
const OUTPUTS: readonly (readonly [string, 'text' | 'index', (context: OutputContext) => Uint8Array])[] = [
  ['modules.dep', 'text', ({ lines }) => lines.bytes.bytes()],
  ['modules.dep.bin', 'index', ({ result, names, lines, options }) => dependencyIndex(result, names, lines, options)],
  ['modules.alias', 'text', ({ result }) => aliasText(result)],
  ['modules.alias.bin', 'index', ({ result, names, options }) => aliasIndex(result, names, options)],
  ['modules.softdep', 'text', ({ result }) => softdepText(result)],
  ['modules.weakdep', 'text', ({ result }) => weakdepText(result)],
  ['modules.symbols', 'text', ({ result, names }) => symbolText(result, names)],
  ['modules.symbols.bin', 'index', ({ result, names, options }) => symbolIndex(result, names, options)],
  ['modules.builtin.bin', 'index', ({ options }) => builtinIndex(options.directory, options)],
  ['modules.builtin.alias.bin', 'index', ({ options }) => builtinAliasIndex(options.directory, options)],
  ['modules.devname', 'text', ({ result, options }) => devnameText(result, options.log)],
];

/** The names of all files that depmod writes. */
export const OUTPUT_NAMES: readonly string[] = OUTPUTS.map(([name]) => name);

/** All output files, or those that are text; each is made when its turn comes. */
export function* makeOutputs(
  result: DepmodResult,
  options: OutputOptions,
  kind: 'all' | 'text',
): Generator<OutputFile> {
  const names = new ByteStrings(result.modules.length, result.modules.length * 16);
  for (const { name } of result.modules) names.add(name);
  const context: OutputContext = { result, names, lines: dependencyLines(result), options };
  for (const [name, form, make] of OUTPUTS) if (kind === 'all' || form === 'text') yield { name, bytes: make(context) };
}

/** The files as they come, each put into `made` too. */
export function* recorded(files: Iterable<OutputFile>, made: OutputFile[]): Generator<OutputFile> {
  for (const file of files) {
    made.push(file);
    yield file;
  }
}
