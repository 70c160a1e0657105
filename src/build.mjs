/**
 * Builds dist/: the program as one unminified CommonJS bundle, the loader that starts it from V8's code cache, and that
 * cache. What stands behind a dynamic import() stays unevaluated until it is asked for.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { build } from 'esbuild';

const source = dirname(fileURLToPath(import.meta.url));
const dist = join(source, '../dist');
const hello = join(source, '../samples/hello/hello.ko');

/** Commands whose functions the cache shall hold compiled. */
const WARM_UP = [
  ['lsmod'],
  ['insmod', hello],
  ['lsmod'],
  ['dmesg', '-r'],
  ['rmmod', 'hello'],
  ['insmod', 'missing.ko'],
];

/** Packages with a binary of their own: they stay where npm put them. */
const NATIVE = ['@napi-rs/lzma', 'node-liblzma'];

rmSync(dist, { recursive: true, force: true });
await build({
  entryPoints: { kobox: join(source, 'main.ts'), start: join(source, 'host/start.ts') },
  outdir: dist,
  outExtension: { '.js': '.cjs' },
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  external: NATIVE,
  /* A vm.Script has no import() of its own: packages outside the bundle come through require(). */
  supported: { 'dynamic-import': false },
  legalComments: 'none',
  logLevel: 'warning',
  logOverride: { 'empty-import-meta': 'silent' },
});
await writeCodeCache(join(dist, 'kobox.cjs'));

/** Runs the bundle's common commands, then keeps what V8 compiled. */
async function writeCodeCache(bundle) {
  const script = new Script(Module.wrap(readFileSync(bundle, 'latin1')), { filename: bundle });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(bundle), module, bundle, dist);
  const root = mkdtempSync(join(tmpdir(), 'kobox-build-'));
  const commands = existsSync(hello) ? WARM_UP : WARM_UP.filter((words) => !words.includes(hello));
  for (const words of commands) await module.exports.main(silentHost(words, root));
  rmSync(root, { recursive: true, force: true });
  writeFileSync(join(dist, 'kobox.cache'), script.createCachedData());
}

function silentHost(words, root) {
  const output = { isTTY: false, columns: 80, write: () => undefined, writeBytes: () => undefined };
  const env = { KOBOX_ROOT: root, KOBOX_INIT: 'skip' };
  return { programName: 'kobox', words, env, cwd: root, stdin: () => new Uint8Array(), stdout: output, stderr: output };
}
