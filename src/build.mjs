/**
 * Builds dist/: the program as CommonJS pieces with V8's code cache of each, and the loader that starts them. What a
 * command loads is minified but for names, which a defect's stack shows: it reads the whole text of its pieces.
 * A command loads the pieces that it needs and no other: what stands behind a dynamic import() is a piece of its own.
 * Pieces that the same common commands load share a file, so that a command reads a handful of files, not dozens.
 * Their folder carries the hash of their content in its name, is made beside and put in place whole, and the loader is
 * replaced last; the folders of earlier builds stay for an hour. So a command that runs meanwhile never meets halves that
 * do not belong together, nor does it lose the pieces that it has yet to load. `--only`: earlier builds go at once.
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
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';

const source = dirname(fileURLToPath(import.meta.url));
const dist = join(source, '../dist');
const hello = join(source, '../samples/hello/hello.ko');

/** Packages with a binary of their own: they stay where npm put them. */
const NATIVE = ['@napi-rs/lzma', 'node-liblzma'];

/** Stands for the one assignment by which a piece exports, while esbuild looks at it. */
const EXPORT_AT_ONCE = '__exportAtOnce';

/** What opening a file costs, as much as reading so many characters of code. */
const FILE_COST = 12_288;

/** Common commands: their pieces share files, and the caches hold the functions that they run compiled. */
const COMMON = [
  ['--help'],
  ['depmod', '-a'],
  ['lsmod'],
  ['insmod', hello],
  ['lsmod'],
  ['dmesg', '-r'],
  ['rmmod', 'hello'],
  ['--init', 'skip', 'insmod', hello],
  ['insmod', 'missing.ko'],
  ['check', hello],
  ['modprobe', '-D', 'hello'],
  ['modprobe', '-R', 'pci:v'],
  ['modinfo', 'hello'],
  ['modinfo', hello],
];

mkdirSync(dist, { recursive: true });
const { ChunkLoader } = await loadSource(join(source, 'host/chunk-loader.ts'));
const pieces = await split(join(source, 'main.ts'));
const hash = createHash('sha256');
for (const [piece, code] of pieces) hash.update(`${piece}\0${code}\0`);
const worker = await bundle(join(source, 'kmod/depmod/worker.ts'), {});
hash
  .update(worker)
  .update(process.version)
  .update(readFileSync(fileURLToPath(import.meta.url)));
const name = `kobox-${hash.digest('hex').slice(0, 16)}`;
/** Where the pieces are made. */
const program = join(dist, `making-${process.pid}`);
if (!existsSync(join(dist, name))) await makeProgram();
const start = await bundle(join(source, 'start.ts'), {
  KOBOX_PROGRAM: JSON.stringify(name),
  KOBOX_PIECES: readFileSync(join(dist, name, 'index.json'), 'utf8'),
});
markAsUsed();
replaceFile(join(dist, 'start.cjs'), start);
await buildLibrary(join(dist, 'index.js'));
removeEarlierBuilds();

/** The folder of pieces, put in place when it is whole. */
async function makeProgram() {
  mkdirSync(program, { recursive: true });
  const index = await writePieces();
  await writeCodeCaches(index);
  writeFileSync(join(program, 'index.json'), JSON.stringify(index));
  replaceFile(join(dist, `${name}.depmod-worker.cjs`), worker);
  try {
    renameSync(program, join(dist, name));
  } catch (error) {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  }
}

function replaceFile(path, content) {
  writeFileSync(`${path}.${process.pid}`, content);
  renameSync(`${path}.${process.pid}`, path);
}

/** The build that the loader names until now counts as used until now. */
function markAsUsed() {
  const used = existsSync(join(dist, 'start.cjs')) ? readFileSync(join(dist, 'start.cjs'), 'latin1') : '';
  for (const [before] of used.matchAll(/kobox-[0-9a-f]{16}/g)) {
    if (existsSync(join(dist, before))) utimesSync(join(dist, before), new Date(), new Date());
  }
}

/** What no command can be using: pieces and unfinished builds of an hour ago. */
function removeEarlierBuilds() {
  const limit = process.argv.includes('--only') ? Date.now() : Date.now() - 3_600_000;
  const kept = new Set(['start.cjs', 'index.js', 'types', name, `${name}.depmod-worker.cjs`]);
  for (const old of readdirSync(dist).filter((file) => !kept.has(file))) {
    const folder = join(dist, old.replace(/\.depmod-worker\.cjs$/, ''));
    const found = statSync(folder, { throwIfNoEntry: false });
    if (!found || found.mtimeMs <= limit) rmSync(join(dist, old), { recursive: true, force: true });
  }
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

/** Options of all that runs in Node. */
function nodeOptions() {
  return {
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node20',
    external: NATIVE,
    legalComments: 'none',
    logLevel: 'warning',
    logOverride: { 'empty-import-meta': 'silent' },
  };
}

async function bundle(entry, define) {
  const { outputFiles } = await build({ ...nodeOptions(), entryPoints: [entry], define, format: 'cjs' });
  return outputFiles[0].contents;
}

/** Piece → its code: the program cut at its dynamic imports. esbuild cuts ES modules only, so each becomes CommonJS afterwards. */
async function split(entry) {
  const { outputFiles } = await build({
    ...nodeOptions(),
    entryPoints: [entry],
    outdir: dist,
    format: 'esm',
    splitting: true,
    chunkNames: '[name]-[hash]',
  });
  return new Map(
    await Promise.all(outputFiles.map(async ({ path, text }) => [basename(path), await toCommonJs(text)])),
  );
}

/**
 * A piece as CommonJS. What it exports becomes one plain object at its end: esbuild itself would write a getter for each
 * name, which takes longer to set up than the piece takes to run.
 */
async function toCommonJs(text) {
  const { code } = await transform(text.replace(/^export \{\n([^}]*)\};\n$/m, exportAtOnce), {
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    minifyWhitespace: true,
    minifySyntax: true,
    /* A vm.Script has no import() of its own. */
    supported: { 'dynamic-import': false },
    logOverride: { 'empty-import-meta': 'silent' },
  });
  if (/^export /m.test(text.replace(/^export \{$/m, ''))) throw new Error('a piece exports in an unknown form');
  return code.replace(`${EXPORT_AT_ONCE}(`, 'module.exports = (').replace(/__toESM\((require\("\.\/[^"]+"\))\)/g, '$1');
}

/** `a, b as c` → `__exportAtOnce({ __esModule: true, a: a, c: b })`. */
function exportAtOnce(_, names) {
  const values = names
    .trim()
    .split(/,\s*/)
    .map((name) => {
      const [local, exported = local] = name.split(' as ');
      return `${exported}: ${local}`;
    });
  return `${EXPORT_AT_ONCE}({ __esModule: true, ${values.join(', ')} });\n`;
}

/** Writes the pieces, those that the same common commands load into one file. Piece → file. */
async function writePieces() {
  const alone = Object.fromEntries([...pieces.keys()].map((piece) => [piece, piece]));
  writeFiles(alone);
  const users = new Map();
  const root = layOutTree();
  for (const words of COMMON) {
    const loader = new ChunkLoader(program, `${program}.cjs`, alone, hostRequire);
    await runCommon(loader, words, root);
    for (const piece of loader.loaded) users.set(piece, (users.get(piece) ?? new Set()).add(words));
  }
  rmSync(root, { recursive: true, force: true });
  for (const piece of users.keys()) rmSync(join(program, piece));
  const index = { ...alone };
  for (const [number, file] of pack(users).entries()) {
    for (const piece of file.pieces) index[piece] = `common-${number}.js`;
  }
  writeFiles(index);
  return index;
}

/**
 * Packs pieces into files so that the common commands together have the least to read: two files become one as long as
 * that saves more openings than it costs in code that some command reads and does not need. Piece → its commands.
 */
function pack(users) {
  const files = [];
  for (const [piece, commands] of users) {
    files.push({ pieces: [piece], commands, size: pieces.get(piece).length });
  }
  for (;;) {
    let best = { saved: 0 };
    for (const [at, a] of files.entries()) {
      for (const b of files.slice(at + 1)) {
        const saved = savedByMerging(a, b);
        if (saved > best.saved) best = { saved, a, b };
      }
    }
    const { a, b } = best;
    if (a === undefined) return files;
    a.pieces.push(...b.pieces);
    a.commands = new Set([...a.commands, ...b.commands]);
    a.size += b.size;
    files.splice(files.indexOf(b), 1);
  }
}

/** In characters of code, over all commands. */
function savedByMerging(a, b) {
  const both = [...a.commands].filter((words) => b.commands.has(words)).length;
  return both * FILE_COST - (b.commands.size - both) * a.size - (a.commands.size - both) * b.size;
}

/** A file is an object of its pieces' functions. */
function writeFiles(index) {
  const texts = new Map();
  for (const [piece, file] of Object.entries(index)) {
    const text = `${JSON.stringify(piece)}(exports, require, module, __filename, __dirname) {\n${pieces.get(piece)}},\n`;
    texts.set(file, (texts.get(file) ?? '') + text);
  }
  for (const [file, text] of texts) writeFileSync(join(program, file), `({\n${text}})`);
}

/** Runs common commands, then keeps what V8 compiled for them. */
async function writeCodeCaches(index) {
  const loader = new ChunkLoader(program, `${program}.cjs`, index, hostRequire);
  const root = layOutTree();
  for (const words of COMMON) await runCommon(loader, words, root);
  rmSync(root, { recursive: true, force: true });
  for (const [file, script] of loader.scripts) writeFileSync(join(program, `${file}.cache`), script.createCachedData());
}

/** Commands may not change V8's flags here: a code cache carries a hash of them, and is refused where they differ. */
function hostRequire(module) {
  const found = createRequire(program)(module);
  return module === 'node:v8' ? { ...found, setFlagsFromString: () => undefined } : found;
}

async function runCommon(loader, words, root) {
  const { main } = loader.load('main.js');
  if (existsSync(hello) || !words.includes(hello)) await main(silentHost(words, root));
}

/** A TypeScript module of ours, for use in this script. */
async function loadSource(path) {
  const module = { exports: {} };
  const code = Buffer.from(await bundle(path, {})).toString('utf8');
  new Function('module', 'exports', 'require', code)(module, module.exports, createRequire(path));
  return module.exports;
}

/** A state root with a module tree that knows one module, so that reading indexes is compiled too. */
function layOutTree() {
  const root = mkdtempSync(join(tmpdir(), 'kobox-build-'));
  const [profile] = readdirSync(join(source, 'profile/default')).filter((file) => file.endsWith('.kernel'));
  const modules = join(root, 'lib/modules', basename(profile, '.kernel'));
  mkdirSync(modules, { recursive: true });
  if (existsSync(hello)) copyFileSync(hello, join(modules, 'hello.ko'));
  return root;
}

function silentHost(words, root) {
  const output = { isTTY: false, columns: 80, write: () => undefined, writeBytes: () => undefined };
  const env = { KOBOX_ROOT: root };
  return { programName: 'kobox', words, env, cwd: root, stdin: () => new Uint8Array(), stdout: output, stderr: output };
}
