import type { Output } from '../../host/output.ts';
import type { FoundModules } from '../../kmod/depmod/find-modules.ts';
import { writeByteString } from '../output/byte-string.ts';

/** `--explain MODULE`: which file is taken, and each that lost against another, with the rule. Status 1: no such module. */
export function explain(stdout: Output, { byName, shadowed }: FoundModules, name: string): number {
  const taken = byName.get(name);
  if (taken === undefined) {
    writeByteString(stdout, `${name}: no such module in the tree\n`);
    return 1;
  }
  const losers = shadowed.filter(({ file }) => file.name === name);
  const lines = losers.map(({ file, winner, rule }) => `  shadowed: ${file.path}\n    by ${winner.path} (${rule})\n`);
  writeByteString(
    stdout,
    `${name}: ${taken.path}\n${lines.length === 0 ? '  the only file of this name\n' : lines.join('')}`,
  );
  return 0;
}
