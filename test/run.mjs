/** Runs a TypeScript program of the repository: node test/run.mjs FILE [ARGUMENT...]. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

const [file, ...words] = process.argv.slice(2);
// Beside dist/: what finds files of the project from its own place finds them from here too.
const out = join('.run', `${basename(file, '.ts')}-${process.pid}.mjs`);
mkdirSync('.run', { recursive: true });
await build({
  entryPoints: [file],
  outfile: out,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  logLevel: 'warning',
});
const { status } = spawnSync(process.execPath, [out, ...words.filter((word, index) => index > 0 || word !== '--')], {
  stdio: 'inherit',
});
rmSync(out, { force: true });
process.exitCode = status ?? 1;
