import { existsSync, readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';
import type { Program } from '../main.ts';

/**
 * What the launchers in bin/ load: starts the bundle from V8's code cache beside it. A cache that is missing, or that
 * another V8 made, costs some milliseconds and changes nothing. The build puts the bundle's name in.
 */
declare const KOBOX_BUNDLE: string;

const bundle = join(__dirname, `${KOBOX_BUNDLE}.cjs`);
const cache = join(__dirname, `${KOBOX_BUNDLE}.cache`);

const script = new Script(Module.wrap(readFileSync(bundle, 'latin1')), {
  filename: bundle,
  ...(existsSync(cache) && { cachedData: readFileSync(cache) }),
});
const module: { exports: Partial<Program> } = { exports: {} };
script.runInThisContext()(module.exports, createRequire(bundle), module, bundle, dirname(bundle));

const { main, processHost } = module.exports as Program;
main(processHost(basename(process.argv[1] ?? 'kobox'), process.argv.slice(2))).then((status) => {
  process.exitCode = status;
});
