/**
 * `node test/run.mjs test/debian/depmod.ts VERSION_DIRECTORY...`: runs the real depmod and kobox's on copies (symlinks
 * to the modules) of whole trees and compares every file. `DEPMOD` is the real one's command (kmod 34 or later for
 * equal `.bin` files; `depmod` when left out: then only their entries are compared). Exit status 1: something differs.
 * With compressed trees beside (`*.ko.xz`, …) give their version directories too.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { openIndex } from '../../src/kmod/index/index-file.ts';

const WRITTEN = /^modules\.(dep|alias|symbols|softdep|weakdep|devname|builtin\.bin|builtin\.alias\.bin)/;
const real = (process.env['DEPMOD'] ?? 'depmod').split(' ');
const own = ['bin/depmod'];
const work = mkdtempSync(join(tmpdir(), 'kobox-depmod-'));

/** A root whose version directory has everything of `tree` but depmod's files, by symlinks. */
function rootOf(tree: string, name: string): string {
  const directory = join(work, name, 'lib/modules', basename(tree));
  mkdirSync(directory, { recursive: true });
  for (const entry of readdirSync(tree)) {
    if (!WRITTEN.test(entry)) symlinkSync(join(resolve(tree), entry), join(directory, entry));
  }
  return join(work, name);
}

function run(
  [program = '', ...words]: readonly string[],
  root: string,
  release: string,
  files: string,
): ReadonlyMap<string, Buffer> {
  const env = { ...process.env, KOBOX_ROOT: join(work, 'state') };
  const { status, stderr } = spawnSync(program, [...words, '-b', root, release], { env, encoding: 'latin1' });
  if (status !== 0) console.log(`${program} exit status ${status}\n${stderr}`);
  const names = readdirSync(files).filter((name) => WRITTEN.test(name));
  return new Map(names.map((name) => [name, readFileSync(join(files, name))]));
}

const entries = (bytes: Buffer) =>
  bytes.length === 0 ? '' : [...openIndex(bytes, 'index').dump()].map(String).join('\n');

function compare(tree: string): number {
  const release = basename(tree);
  const [one, other] = ['real', 'own'].map((name) => rootOf(tree, name)) as [string, string];
  const theirs = run(real, one, release, join(one, 'lib/modules', release));
  const ours = run(own, other, release, join(other, 'lib/modules', release));
  let differences = 0;
  for (const [name, bytes] of theirs) {
    const mine = ours.get(name) ?? Buffer.alloc(0);
    const isEqual = bytes.equals(mine);
    const isAlike = isEqual || (name.endsWith('.bin') && entries(bytes) === entries(mine));
    if (!isAlike) differences++;
    console.log(
      `${release} ${name.padEnd(26)} ${String(bytes.length).padStart(8)} ${isEqual ? 'equal' : isAlike ? 'same entries' : 'DIFFERS'}`,
    );
  }
  for (const name of ['real', 'own']) rmSync(join(work, name), { recursive: true });
  return differences;
}

const trees = process.argv.slice(2);
if (trees.length === 0) throw new Error('usage: depmod.ts VERSION_DIRECTORY...');
const differences = trees.reduce((sum, tree) => sum + compare(tree), 0);
rmSync(work, { recursive: true });
console.log(`${trees.length} trees, ${differences} differences`);
process.exitCode = differences === 0 ? 0 : 1;
