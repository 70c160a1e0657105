import { diffExports, type ExportChange } from '../../profile/diff-exports.ts';
import { diffStructs, type MemberChange, type StructChange } from '../../profile/diff-structs.ts';
import type { KernelExport } from '../../profile/kernel-profile.ts';
import { openRelease } from '../../state/root-profiles.ts';
import type { AppletContext } from '../applet.ts';
import type { CommandLine } from '../command-line/getopt.ts';
import { readWords } from '../command-line/read-words.ts';
import { writeByteString } from '../output/byte-string.ts';
import { formatCrc, formatPlace } from './format.ts';

const LINE: CommandLine = {
  name: 'kobox kernel diff',
  usage: 'RELEASE RELEASE [options]',
  summary:
    'Compare two kernels: which exports appeared, vanished or changed, and which structs changed and how. Exit status 1: they differ.',
  rows: [{ long: 'json', help: 'as JSON, for programs' }],
  examples: ['kobox kernel diff 6.1.0-55-amd64 6.1.0-56-amd64'],
};

/** `kernel diff`. */
export async function diffKernels(context: AppletContext, argv: readonly string[]): Promise<number> {
  const words = await readWords(context, LINE, argv, [2, 2]);
  if (!words) return 0;
  const [before, after] = words.operands.map((release) => openRelease(context.options.root, release));
  const exports = diffExports(before!, after!);
  const untyped = [before!, after!].find(({ btfBase }) => btfBase === undefined);
  const structs = untyped ? undefined : diffStructs(before!, after!);
  const text = words.options['json']
    ? `${JSON.stringify({ exports: exports.map(exportData), structs: structs ?? null })}\n`
    : exportsText(exports) +
      (structs ? structsText(structs) : `structs: not compared, ${untyped!.release} has no BTF\n`);
  writeByteString(context.stdout, text);
  return exports.length + (structs?.length ?? 0) === 0 ? 0 : 1;
}

/** Addresses differ in every build and say nothing. */
function exportData({ name, before, after }: ExportChange) {
  const facts = (symbol: KernelExport | undefined) =>
    symbol && { crc: symbol.crc, gplOnly: symbol.gplOnly, namespace: symbol.namespace };
  return { name, before: facts(before), after: facts(after) };
}

function exportsText(exports: readonly ExportChange[]): string {
  const appeared = exports.filter(({ before }) => !before).length;
  const vanished = exports.filter(({ after }) => !after).length;
  const summary = `exports: ${appeared} appeared, ${vanished} vanished, ${exports.length - appeared - vanished} changed\n`;
  return summary + exports.map(exportLine).join('');
}

function structsText(structs: readonly StructChange[]): string {
  return `structs: ${structs.length} changed\n${structs.map(structLines).join('')}`;
}

function exportLine({ name, before, after }: ExportChange): string {
  if (!before) return `+ ${name}\n`;
  if (!after) return `- ${name}\n`;
  return `! ${name}: ${EXPORT_FACTS.flatMap((fact) => changeOf(fact(before), fact(after))).join(', ')}\n`;
}

const EXPORT_FACTS: readonly ((symbol: KernelExport) => string)[] = [
  ({ crc }) => formatCrc(crc),
  ({ gplOnly }) => (gplOnly ? 'EXPORT_SYMBOL_GPL' : 'EXPORT_SYMBOL'),
  ({ namespace }) => namespace || 'no namespace',
];

function structLines({ name, sizeBefore, sizeAfter, members }: StructChange): string {
  const size = sizeBefore === sizeAfter ? `${sizeBefore}` : `${sizeBefore} -> ${sizeAfter}`;
  return `! ${name}: ${size} bytes\n${members.map((member) => `  ${memberLine(member)}\n`).join('')}`;
}

function memberLine({ name, before, after }: MemberChange): string {
  if (!before) return `+ ${name}: ${after!.type} at ${formatPlace(after!)}`;
  if (!after) return `- ${name}: ${before.type} at ${formatPlace(before)}`;
  const changes = [
    ...changeOf(formatPlace(before), formatPlace(after)),
    ...changeOf(before.type, after.type),
    ...changeOf(`${before.bitSize} bits`, `${after.bitSize} bits`),
  ];
  return `! ${name}: ${changes.join(', ')}`;
}

function changeOf(before: string, after: string): string[] {
  return before === after ? [] : [`${before} -> ${after}`];
}
