import { BAD_NODES, BARE, NOTHING } from './roots/bare-trees.ts';
import { BAD, COMMAND_LINE, WEAK } from './roots/configurations.ts';
import { LOADED, MAIN } from './roots/main.ts';
import { FILES, SIGNED_BADLY_ROOT } from './roots/module-files.ts';
import type { RecordedRoot } from './roots/recorded-root.ts';

/** All roots by name. */
export const ROOTS: Readonly<Record<string, RecordedRoot>> = {
  main: MAIN,
  bad: BAD,
  'command-line': COMMAND_LINE,
  loaded: LOADED,
  files: FILES,
  'signed-badly': SIGNED_BADLY_ROOT,
  bare: BARE,
  weak: WEAK,
  'bad-nodes': BAD_NODES,
  nothing: NOTHING,
};
