import { ByteStrings } from '../byte-strings.ts';
import type { GrowingBytes } from '../growing-bytes.ts';
import { normalizeModuleName } from '../underscores.ts';
import { readTreeFile } from './depmod-module.ts';
import type { DepmodResult } from './depmod-result.ts';
import { IndexBuilder, type IndexOptions } from './index-builder.ts';
import { FACTS } from './module-facts.ts';

const SYMBOL_PREFIX = Buffer.from('symbol:', 'latin1');
const DASH = 0x2d;
const UNDERSCORE = 0x5f;
const OPEN = 0x5b;
const CLOSE = 0x5d;

/** modules.dep.bin. `lines`: the lines of modules.dep. */
export function dependencyIndex(
  { modules }: DepmodResult,
  names: ByteStrings,
  lines: ByteStrings,
  options: IndexOptions,
): Uint8Array {
  const index = new IndexBuilder('deps', lines.bytes.buffer, modules.length, options);
  for (let i = 0; i < modules.length; i++) {
    index.keys.range(names.bytes.buffer, names.start(i), names.start(i + 1));
    index.add(lines.start(i), lines.start(i + 1) - 1, i);
  }
  return index.bytes();
}

/** modules.alias.bin. */
export function aliasIndex({ modules, facts }: DepmodResult, names: ByteStrings, options: IndexOptions): Uint8Array {
  const texts = facts.texts.buffer;
  const index = new IndexBuilder('alias', names.bytes.buffer, modules.length * 8, options);
  for (let i = 0; i < modules.length; i++) {
    const { row } = modules[i]!;
    const end = facts.end(row, FACTS.ALIASES);
    for (let at = facts.start(row, FACTS.ALIASES); at < end; ) {
      let nul = at;
      while (texts[nul] !== 0) nul++;
      if (appendAliasKey(index.keys, texts, at, nul)) index.add(names.start(i), names.start(i + 1), i);
      else options.log.warning(`Unmatched bracket in ${texts.toString('latin1', at, nul)}`);
      at = nul + 1;
    }
  }
  return index.bytes();
}

/**
 * Appends the alias `texts[start, end)` with `-` as `_` outside brackets; false, and nothing appended: a bracket has no
 * other (kmod: `alias_normalize`).
 */
function appendAliasKey(keys: GrowingBytes, texts: Uint8Array, start: number, end: number): boolean {
  const keyStart = keys.length;
  keys.reserve(end - start);
  const { buffer } = keys;
  let isInside = false;
  for (let at = start, to = keyStart; at < end; at++, to++) {
    const byte = texts[at]!;
    buffer[to] = byte === DASH && !isInside ? UNDERSCORE : byte;
    if (byte === CLOSE && !isInside) return false;
    if (byte === OPEN) isInside = true;
    else if (byte === CLOSE) isInside = false;
  }
  if (!isInside) keys.length = keyStart + end - start;
  return !isInside;
}

/** modules.symbols.bin. */
export function symbolIndex(
  { facts, symbols, owners }: DepmodResult,
  names: ByteStrings,
  options: IndexOptions,
): Uint8Array {
  const pool = facts.pool.names;
  const poolStarts = pool.starts.words;
  const nameStarts = names.starts.words;
  const index = new IndexBuilder('syms', names.bytes.buffer, symbols.length, options);
  for (let i = 0; i < symbols.length; i++) {
    const id = symbols[i]!;
    const owner = owners.owner(id);
    index.keys.range(SYMBOL_PREFIX, 0, SYMBOL_PREFIX.length);
    index.keys.range(pool.bytes.buffer, poolStarts[id]!, poolStarts[id + 1]!);
    index.add(nameStarts[owner]!, nameStarts[owner + 1]!, owner);
  }
  return index.bytes();
}

/** modules.builtin.bin, from modules.builtin; empty without it. */
export function builtinIndex(directory: string, { log }: IndexOptions): Uint8Array {
  const text = readTreeFile(directory, 'modules.builtin', log);
  if (text === undefined) return new Uint8Array(0);
  const index = new IndexBuilder('deps', new Uint8Array(0), 1 << 8, { log, warnDuplicates: false });
  for (const line of text.split(/(?<=\n)/)) {
    if (/^[A-Za-z]/.test(line)) {
      index.keys.text(normalizeModuleName(line.slice(line.lastIndexOf('/') + 1)));
      index.add(0, 0, 0);
    } else if (line !== '') log.error(`Invalid modules.builtin line: ${line}`);
  }
  return index.bytes();
}

/** modules.builtin.alias.bin, from the `module.alias=` records of modules.builtin.modinfo; empty without it. */
export function builtinAliasIndex(directory: string, { log }: IndexOptions): Uint8Array {
  const text = readTreeFile(directory, 'modules.builtin.modinfo', log);
  if (text === undefined) return new Uint8Array(0);
  const records = text.split('\0').slice(0, -1);
  const namesAndAliases = records.flatMap((record) => /^([^.]+)\.alias=(.+)$/s.exec(record)?.slice(1) ?? []);
  const all = new ByteStrings(namesAndAliases.length, text.length);
  for (const each of namesAndAliases) all.add(each);
  const { buffer } = all.bytes;
  const index = new IndexBuilder('alias', buffer, all.count / 2, { log, warnDuplicates: false });
  for (let name = 0; name < all.count; name += 2) {
    const isWhole = appendAliasKey(index.keys, buffer, all.start(name + 1), all.start(name + 2));
    if (isWhole) index.add(all.start(name), all.start(name + 1), 0);
    else log.warning(`Unmatched bracket in ${namesAndAliases[name + 1]}`);
  }
  return index.bytes();
}
