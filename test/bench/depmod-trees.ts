import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** How modules are compressed, by extension: the options of the kernel's own `make modules_install`, quickened. */
export const COMPRESSORS = {
  xz: 'xz -1 --lzma2=preset=1,dict=1MiB --check=crc32',
  gz: 'gzip -6',
  zst: 'zstd -q -3',
} as const;

/** Files of a version directory that depmod reads. */
const INPUTS = ['modules.order', 'modules.builtin', 'modules.builtin.modinfo'];

/** The paths of all modules below a directory, in order. */
export function modulesOf(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ko(\.\w+)?$/.test(name))
    .sort()
    .map((name) => join(directory, name));
}

/** A root in `work` with `count` modules of the version directory `source`, further copies under other names; made once. */
export function plainRoot(work: string, source: string, name: string, count: number): string {
  const root = join(work, name);
  const directory = join(root, 'lib/modules', basename(source));
  if (existsSync(root)) return root;
  mkdirSync(directory, { recursive: true });
  for (const file of INPUTS) cpSync(join(source, file), join(directory, file));
  const modules = modulesOf(source);
  for (let i = 0; i < count; i++) {
    const from = modules[i % modules.length]!;
    const copy = Math.floor(i / modules.length);
    const to = join(directory, from.slice(source.length + 1));
    layModule(from, copy === 0 ? to : join(dirname(to), `copy${copy}-${basename(to)}`));
  }
  return root;
}

function layModule(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  try {
    linkSync(from, to);
  } catch {
    cpSync(from, to);
  }
}

/** A root beside `plain` with its modules compressed; made once. */
export function compressedRoot(work: string, plain: string, extension: keyof typeof COMPRESSORS): string {
  const root = join(work, extension);
  if (existsSync(root)) return root;
  cpSync(plain, root, { recursive: true });
  const script = `find . -name '*.ko' | while read f; do ${COMPRESSORS[extension]} -c $f > $f.${extension} && rm $f; done`;
  execFileSync('sh', ['-c', script], { cwd: root });
  return root;
}

function tenOf(directory: string): string[] {
  const modules = modulesOf(directory);
  return Array.from({ length: 10 }, (_, i) => modules[Math.floor((i * modules.length) / 10)]!);
}

/** Where most modules have a byte of their build id. */
const BUILD_ID_BYTE = 90;

/** Gives ten modules another build id: as if built again from the same source. */
export function rebuildTen(directory: string): void {
  for (const module of tenOf(directory)) {
    const bytes = readFileSync(module);
    bytes[BUILD_ID_BYTE]! ^= 1;
    replace(module, bytes);
  }
}

/** Gives each of ten modules another one's content: symbols and aliases change. */
export function exchangeTen(directory: string): void {
  const modules = tenOf(directory);
  const contents = modules.map((module) => readFileSync(module));
  modules.forEach((module, i) => {
    replace(module, contents[(i + 1) % contents.length]!);
  });
}

/** A file of its own: the old one may be linked from elsewhere. */
function replace(path: string, bytes: Uint8Array): void {
  writeFileSync(`${path}.new`, bytes);
  renameSync(`${path}.new`, path);
}
