import { ByteStrings } from '../byte-strings.ts';
import { readByteString } from '../files.ts';
import type { DepmodLog } from './depmod-log.ts';
import { hashOrder } from './hash-order.ts';
import { NO_FACTS } from './module-facts.ts';
import type { ModuleFile } from './module-priority.ts';

/** A module on its way through depmod. */
export interface DepmodModule {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** Of its file. */
  readonly place: number;
  /** As the files name it: below the version directory, or absolute when it is not below it. */
  readonly listedPath: string;
  /** Place in the order of all outputs; the priority in the indexes. */
  readonly index: number;
  /** Its facts. */
  row: number;
  /** Owners of the symbols needed, by module index, in the order of first use. */
  dependencies: number[];
  /** Place in the topological order: modules that nothing needs come first. */
  rank: number;
}

const EXTENSION = '.ko';
/** Buckets of kmod's hash table of modules. */
const MODULE_BUCKETS = 512;
/** kmod keeps module numbers in 16 bits. */
export const MODULES_LIMIT = 65535;

/**
 * The modules in the order in which kmod keeps them: its hash table's, then those that modules.order names, stably
 * before the rest (kmod: `depmod_modules_build_array`, `depmod_modules_sort`).
 */
export function orderModules(files: Iterable<ModuleFile>, directory: string, log: DepmodLog): DepmodModule[] {
  const all = [...files];
  const names = new ByteStrings(all.length, all.length * 16);
  for (const { name } of all) names.add(name);
  const hashed = hashOrder(names, Int32Array.from(all.keys()), MODULE_BUCKETS);
  const places = readOrder(directory, log);
  const order = places === undefined ? hashed : stableOrder(hashed, (i) => places.get(uncompressedPath(all[i]!)));
  return Array.from(order, (i, index) => {
    const { name, path, place, listedPath } = all[i]!;
    return { name, path, place, listedPath, index, row: NO_FACTS, dependencies: [], rank: 0 };
  });
}

/** `order` by the places of its items, which are below 2^32; those without one come last, equals stay as they are. */
function stableOrder(order: Int32Array, placeOf: (item: number) => number | undefined): Int32Array {
  const keys = Float64Array.from(order, (item, i) => (placeOf(item) ?? 2 ** 32) * order.length + i).sort();
  return Int32Array.from(keys, (key) => order[key % order.length]!);
}

/** modules.order names `.ko` files, whatever they are compressed with. */
function uncompressedPath({ relativePath }: ModuleFile): string {
  if (relativePath === undefined) return '';
  const dot = relativePath.indexOf('.', relativePath.lastIndexOf('/') + 1);
  const isPlain = dot === relativePath.length - EXTENSION.length && relativePath.endsWith(EXTENSION);
  return isPlain ? relativePath : relativePath.slice(0, dot) + EXTENSION;
}

/** Line number by path; undefined: there is no modules.order, or it is damaged. */
function readOrder(directory: string, log: DepmodLog): Map<string, number> | undefined {
  const text = readTreeFile(directory, 'modules.order', log);
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  if (lines.at(-1) !== '') {
    log.error(`${directory}/modules.order:${lines.length} corrupted line misses '\\n'`);
    return undefined;
  }
  const places = new Map<string, number>();
  for (let i = 0; i < lines.length - 1; i++) {
    if (!places.has(lines[i]!)) places.set(lines[i]!, i);
  }
  return places;
}

/** A file of the version directory that depmod takes in; a warning and undefined when it is not there. */
export function readTreeFile(directory: string, name: string, log: DepmodLog): string | undefined {
  const text = readByteString(`${directory}/${name}`);
  if (text === undefined) log.warning(`could not open ${name} at ${directory}: No such file or directory`);
  return text;
}
