import type { DepmodLog } from './depmod-log.ts';
import { aliasIndex, builtinAliasIndex, builtinIndex, dependencyIndex, symbolIndex } from './index-outputs.ts';
import {
  aliasText,
  type DepmodResult,
  dependencyLines,
  dependencyText,
  devnameText,
  softdepText,
  symbolText,
  weakdepText,
} from './text-outputs.ts';

/** One file that depmod writes. */
export interface OutputFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What the outputs are made with. */
export interface OutputContext {
  readonly result: DepmodResult;
  /** The lines of modules.dep. */
  readonly lines: readonly string[];
  /** Where modules.builtin and modules.builtin.modinfo are. */
  readonly directory: string;
  readonly log: DepmodLog;
  readonly warnDuplicates: boolean;
}

/** Each file's maker, in the order in which kmod writes them; those that make text are shown by `-n`. */
const OUTPUTS: readonly (readonly [string, 'text' | 'index', (context: OutputContext) => Uint8Array])[] = [
  ['modules.dep', 'text', ({ lines }) => dependencyText(lines)],
  [
    'modules.dep.bin',
    'index',
    ({ result, lines, log, warnDuplicates }) => dependencyIndex(result, lines, log, warnDuplicates),
  ],
  ['modules.alias', 'text', ({ result }) => aliasText(result)],
  ['modules.alias.bin', 'index', ({ result, log, warnDuplicates }) => aliasIndex(result, log, warnDuplicates)],
  ['modules.softdep', 'text', ({ result }) => softdepText(result)],
  ['modules.weakdep', 'text', ({ result }) => weakdepText(result)],
  ['modules.symbols', 'text', ({ result }) => symbolText(result)],
  ['modules.symbols.bin', 'index', ({ result, log, warnDuplicates }) => symbolIndex(result, log, warnDuplicates)],
  ['modules.builtin.bin', 'index', ({ directory, log }) => builtinIndex(directory, log)],
  ['modules.builtin.alias.bin', 'index', ({ directory, log }) => builtinAliasIndex(directory, log)],
  ['modules.devname', 'text', ({ result, log }) => devnameText(result, log)],
];

/** The names of all files that depmod writes. */
export const OUTPUT_NAMES: readonly string[] = OUTPUTS.map(([name]) => name);

/** All output files, or those that are text. */
export function makeOutputs(
  result: DepmodResult,
  context: Omit<OutputContext, 'result' | 'lines'>,
  kind: 'all' | 'text',
): OutputFile[] {
  const whole: OutputContext = { ...context, result, lines: dependencyLines(result) };
  return OUTPUTS.filter(([, form]) => kind === 'all' || form === 'text').map(([name, , make]) => ({
    name,
    bytes: make(whole),
  }));
}
