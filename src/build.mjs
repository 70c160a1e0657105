/**
 * Builds dist/: the program as one unminified CommonJS bundle, V8's code cache of it, and the loader that starts the one
 * from the other. Bundle and cache carry the hash of their content in their names, and the loader is replaced last: a
 * command that runs meanwhile never meets halves that do not belong together.
 * What stands behind a dynamic import() stays unevaluated until it is asked for.
 */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import Module, { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { build } from 'esbuild';

const source = dirname(fileURLToPath(import.meta.url));
const dist = join(source, '../dist');
const hello = join(source, '../samples/hello/hello.ko');

/** Packages with a binary of their own: they stay where npm put them. */
const NATIVE = ['@napi-rs/lzma', 'node-liblzma'];

/** Commands whose functions the cache shall hold compiled. */
const WARM_UP = [
  ['depmod', '-a'],
  ['lsmod'],
  ['insmod', hello],
  ['lsmod'],
  ['dmesg', '-r'],
  ['rmmod', 'hello'],
  ['insmod', 'missing.ko'],
  ['modprobe', '-D', 'hello'],
  ['modprobe', '-R', 'pci:v'],
  ['modinfo', 'hello'],
];

mkdirSync(dist, { recursive: true });
const program = await bundle(join(source, 'main.ts'), {});
const name = `kobox-${createHash('sha256').update(program).digest('hex').slice(0, 16)}`;
writeFileSync(join(dist, `${name}.cjs`), program);
writeFileSync(join(dist, `${name}.depmod-worker.cjs`), await bundle(join(source, 'kmod/depmod/worker.ts'), {}));
await writeCodeCache(join(dist, `${name}.cjs`), join(dist, `${name}.cache`));
const start = await bundle(join(source, 'host/start.ts'), { KOBOX_BUNDLE: JSON.stringify(name) });
writeFileSync(join(dist, `start.cjs.${process.pid}`), start);
renameSync(join(dist, `start.cjs.${process.pid}`), join(dist, 'start.cjs'));
await buildLibrary(join(dist, 'index.js'));
const KEPT = new Set(['start.cjs', 'index.js', 'types']);
for (const old of readdirSync(dist)) {
  if (!KEPT.has(old) && !old.startsWith(`${name}.`)) rmSync(join(dist, old), { recursive: true, force: true });
}

/** The pure core as an ES module, for any JavaScript host. */
async function buildLibrary(outfile) {
  await build({
    entryPoints: [join(source, 'index.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2023',
    legalComments: 'none',
    logLevel: 'warning',
  });
}

async function bundle(entry, define) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    define,
    write: false,
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
  return outputFiles[0].contents;
}

/** Runs the bundle's common commands, then keeps what V8 compiled. */
async function writeCodeCache(path, cache) {
  const script = new Script(Module.wrap(readFileSync(path, 'latin1')), { filename: path });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(path), module, path, dist);
  const root = mkdtempSync(join(tmpdir(), 'kobox-build-'));
  const commands = existsSync(hello) ? WARM_UP : WARM_UP.filter((words) => !words.includes(hello));
  layOutTree(root);
  for (const words of commands) await module.exports.main(silentHost(words, root));
  rmSync(root, { recursive: true, force: true });
  writeFileSync(cache, script.createCachedData());
}

/** A module tree whose indexes know one module: reading them is compiled too. */
function layOutTree(root) {
  const [profile] = readdirSync(join(source, 'profile/default')).filter((file) => file.endsWith('.kernel'));
  const tree = join(root, 'lib/modules', basename(profile, '.kernel'));
  mkdirSync(tree, { recursive: true });
  if (existsSync(hello)) copyFileSync(hello, join(tree, 'hello.ko'));
}

function silentHost(words, root) {
  const output = { isTTY: false, columns: 80, write: () => undefined, writeBytes: () => undefined };
  const env = { KOBOX_ROOT: root };
  return { programName: 'kobox', words, env, cwd: root, stdin: () => new Uint8Array(), stdout: output, stderr: output };
}
