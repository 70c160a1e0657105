import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadSource } from './bundle.mjs';
import { runCommonCommands } from './common-commands.mjs';
import { pack } from './pack.mjs';

const { ChunkLoader } = await loadSource(fileURLToPath(new URL('../host/chunk-loader.ts', import.meta.url)));

/**
 * Fills a directory with the program: the pieces, those that the same common commands load in one file, V8's code cache
 * of each file, and index.json: piece → file. `pieces`: piece → code.
 */
export async function makeProgram(pieces, directory) {
  mkdirSync(directory, { recursive: true });
  const index = await writePieces(pieces, directory);
  await writeCodeCaches(directory, index);
  writeFileSync(join(directory, 'index.json'), JSON.stringify(index));
}

async function writePieces(pieces, directory) {
  const alone = Object.fromEntries([...pieces.keys()].map((piece) => [piece, piece]));
  writeFiles(pieces, directory, alone);
  const users = await usersOf(directory, alone);
  for (const piece of users.keys()) rmSync(join(directory, piece));
  const sizes = new Map([...pieces].map(([piece, code]) => [piece, code.length]));
  const index = { ...alone };
  for (const [number, together] of pack(users, sizes).entries()) {
    for (const piece of together) index[piece] = `common-${number}.js`;
  }
  writeFiles(pieces, directory, index);
  return index;
}

/** Piece → the common commands that load it. */
async function usersOf(directory, index) {
  const users = new Map();
  let loader;
  const loadAnew = () => {
    loader = loaderOf(directory, index);
    return loader.load('main.js');
  };
  await runCommonCommands(loadAnew, (words) => {
    for (const piece of loader.loaded) users.set(piece, (users.get(piece) ?? new Set()).add(words));
  });
  return users;
}

/** A file is an object of its pieces' functions. */
function writeFiles(pieces, directory, index) {
  const texts = new Map();
  for (const [piece, file] of Object.entries(index)) {
    const text = `${JSON.stringify(piece)}(exports, require, module, __filename, __dirname) {\n${pieces.get(piece)}},\n`;
    texts.set(file, (texts.get(file) ?? '') + text);
  }
  for (const [file, text] of texts) writeFileSync(join(directory, file), `({\n${text}})`);
}

/** Runs the common commands, then keeps what V8 compiled for them. */
async function writeCodeCaches(directory, index) {
  const loader = loaderOf(directory, index);
  await runCommonCommands(() => loader.load('main.js'));
  for (const [file, script] of loader.scripts) {
    writeFileSync(join(directory, `${file}.cache`), script.createCachedData());
  }
}

function loaderOf(directory, index) {
  return new ChunkLoader(directory, `${directory}.cjs`, index, hostRequire(directory));
}

/** Commands may not change V8's flags here: a code cache carries a hash of them, and is refused where they differ. */
function hostRequire(directory) {
  const require = createRequire(directory);
  return (module) => {
    const found = require(module);
    return module === 'node:v8' ? { ...found, setFlagsFromString: () => undefined } : found;
  };
}
