/**
 * Builds dist/: the program as CommonJS pieces with V8's code cache of each, and the loader that starts them. What a
 * command loads is minified but for names, which a defect's stack shows: it reads the whole text of its pieces.
 * A command loads the pieces that it needs and no other: what stands behind a dynamic import() is a piece of its own.
 * Pieces that the same common commands load share a file, so that a command reads a handful of files, not dozens.
 * Their folder carries the hash of their content in its name, is made beside and put in place whole, and the loader is
 * replaced last; the folders of earlier builds stay for an hour. So a command that runs meanwhile never meets halves that
 * do not belong together, nor does it lose the pieces that it has yet to load. `--only`: earlier builds go at once.
 * Where dist/ holds this build already nothing is written.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildLibrary, bundle, split } from './build/bundle.mjs';
import { makeProgram } from './build/program.mjs';

const EARLIER_BUILDS_STAY_MS = 3_600_000;

const source = dirname(fileURLToPath(import.meta.url));
const dist = join(source, '../dist');

/** The loader runs in older ones too, to say that they are. */
const OLDEST_NODE = 'node10';

const pieces = await split(join(source, 'main.ts'));
const worker = await bundle(join(source, 'kmod/depmod/worker.ts'));
const name = `kobox-${contentHash().slice(0, 16)}`;
try {
  await fillDist();
} catch (error) {
  if (!['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT'].includes(error.code)) throw error;
  process.stderr.write(`build: ${error.message}\n`);
  process.exitCode = 1;
}

async function fillDist() {
  mkdirSync(dist, { recursive: true });
  if (!existsSync(join(dist, name))) await putProgram();
  await putStart();
  replaceFile(join(dist, 'index.js'), await buildLibrary(join(source, 'index.ts')));
  removeEarlierBuilds();
}

async function putStart() {
  const { engines } = JSON.parse(readFileSync(join(source, '../package.json'), 'utf8'));
  const facts = {
    KOBOX_PROGRAM: JSON.stringify(name),
    KOBOX_PIECES: readFileSync(join(dist, name, 'index.json'), 'utf8'),
    KOBOX_NODE: JSON.stringify(engines.node.replace('>=', '')),
  };
  const start = await bundle(join(source, 'start.ts'), facts, OLDEST_NODE);
  if (isThere(join(dist, 'start.cjs'), start)) return;
  markAsUsed();
  replaceFile(join(dist, 'start.cjs'), start);
}

/** Of all that the program's folder is made from. */
function contentHash() {
  const hash = createHash('sha256').update(process.version).update(worker);
  for (const [piece, code] of pieces) hash.update(`${piece}\0${code}\0`);
  for (const script of readdirSync(join(source, 'build')).sort())
    hash.update(readFileSync(join(source, 'build', script)));
  return hash.digest('hex');
}

/** The folder of pieces, put in place when it is whole. */
async function putProgram() {
  const beside = join(dist, `making-${process.pid}`);
  await makeProgram(pieces, beside);
  replaceFile(join(dist, `${name}.depmod-worker.cjs`), worker);
  try {
    renameSync(beside, join(dist, name));
  } catch (error) {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  }
}

function isThere(path, content) {
  return existsSync(path) && readFileSync(path).equals(content);
}

function replaceFile(path, content) {
  if (isThere(path, content)) return;
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
  const limit = process.argv.includes('--only') ? Date.now() : Date.now() - EARLIER_BUILDS_STAY_MS;
  const kept = new Set(['start.cjs', 'index.js', 'types', name, `${name}.depmod-worker.cjs`]);
  for (const old of readdirSync(dist).filter((file) => !kept.has(file))) {
    const folder = join(dist, old.replace(/\.depmod-worker\.cjs$/, ''));
    const found = statSync(folder, { throwIfNoEntry: false });
    if (!found || found.mtimeMs <= limit) rmSync(join(dist, old), { recursive: true, force: true });
  }
}
