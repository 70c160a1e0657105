import { type IndexEntry, writeIndex } from '../index-writer.ts';
import { normalizeModuleName, underscores } from '../underscores.ts';
import type { DepmodLog } from './depmod-log.ts';
import { readTreeFile } from './depmod-module.ts';
import type { DepmodResult } from './text-outputs.ts';

/** What an index is about, as `-w` names it. */
type DuplicateKind = 'deps' | 'alias' | 'syms';

/** `INDEX_CHILDMAX` and above. */
const NOT_ASCII = /[\x80-\xff]/;

/** Collects the entries of one index, with kmod's warnings. */
class IndexBuilder {
  readonly #entries: IndexEntry[] = [];
  readonly #log: DepmodLog;
  readonly #keys: Set<string> | undefined;

  constructor(log: DepmodLog, warnDuplicates: boolean) {
    this.#log = log;
    this.#keys = warnDuplicates ? new Set() : undefined;
  }

  /** A key that is not ASCII is left out with a warning (kmod gives up on it). */
  add(key: string, value: string, priority: number, kind: DuplicateKind, duplicate: string): void {
    const foreign = key.search(NOT_ASCII);
    if (foreign >= 0) {
      const character = `'${key[foreign]}'=0x${key.charCodeAt(foreign).toString(16)}`;
      this.#log.warning(`Module index: bad character ${character} - only 7-bit ASCII is supported:\n${key}`);
      return;
    }
    if (this.#keys?.has(key)) this.#log.warning(`duplicate module ${kind}:\n${duplicate}`);
    this.#keys?.add(key);
    this.#entries.push({ key, value, priority });
  }

  bytes(): Uint8Array {
    return writeIndex(this.#entries);
  }
}

/** modules.dep.bin. `lines`: the lines of modules.dep. */
export function dependencyIndex(
  result: DepmodResult,
  lines: readonly string[],
  log: DepmodLog,
  warn: boolean,
): Uint8Array {
  const index = new IndexBuilder(log, warn);
  for (const { name, index: priority } of result.modules) {
    index.add(name, lines[priority]!, priority, 'deps', lines[priority]!);
  }
  return index.bytes();
}

/** modules.alias.bin. */
export function aliasIndex({ modules }: DepmodResult, log: DepmodLog, warn: boolean): Uint8Array {
  const index = new IndexBuilder(log, warn);
  for (const { name, facts, index: priority } of modules) {
    for (const alias of facts.aliases) {
      const key = aliasKey(alias);
      if (key === undefined) log.warning(`Unmatched bracket in ${alias}`);
      else index.add(key, name, priority, 'alias', `${key} ${name}`);
    }
  }
  return index.bytes();
}

/** `-` as `_` outside brackets; most aliases have neither. */
function aliasKey(alias: string): string | undefined {
  return /[-[\]]/.test(alias) ? underscores(alias) : alias;
}

/** modules.symbols.bin. */
export function symbolIndex({ symbols }: DepmodResult, log: DepmodLog, warn: boolean): Uint8Array {
  const index = new IndexBuilder(log, warn);
  for (const { name, owner } of symbols) {
    index.add(`symbol:${name}`, owner.name, owner.index, 'syms', `symbol:${name} ${owner.name}`);
  }
  return index.bytes();
}

/** modules.builtin.bin, from modules.builtin; empty without it. */
export function builtinIndex(directory: string, log: DepmodLog): Uint8Array {
  const text = readTreeFile(directory, 'modules.builtin', log);
  if (text === undefined) return new Uint8Array(0);
  const index = new IndexBuilder(log, false);
  for (const line of text.split(/(?<=\n)/)) {
    if (/^[A-Za-z]/.test(line))
      index.add(normalizeModuleName(line.slice(line.lastIndexOf('/') + 1)), '', 0, 'deps', '');
    else if (line !== '') log.error(`Invalid modules.builtin line: ${line}`);
  }
  return index.bytes();
}

/** modules.builtin.alias.bin, from the `module.alias=` records of modules.builtin.modinfo; empty without it. */
export function builtinAliasIndex(directory: string, log: DepmodLog): Uint8Array {
  const text = readTreeFile(directory, 'modules.builtin.modinfo', log);
  if (text === undefined) return new Uint8Array(0);
  const index = new IndexBuilder(log, false);
  for (const record of text.split('\0').slice(0, -1)) {
    const match = /^([^.]+)\.alias=(.+)$/s.exec(record);
    if (match === null) continue;
    const key = aliasKey(match[2]!);
    if (key === undefined) log.warning(`Unmatched bracket in ${match[2]}`);
    else index.add(key, match[1]!, 0, 'alias', '');
  }
  return index.bytes();
}
