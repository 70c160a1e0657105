/** Runs a TypeScript program of the repository: node test/run.mjs FILE [ARGUMENT...]. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

const [file, ...words] = process.argv.slice(2);
const out = join('node_modules', '.cache', 'kobox', `${basename(file, '.ts')}-${process.pid}.mjs`);
mkdirSync(join('node_modules', '.cache', 'kobox'), { recursive: true });
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
