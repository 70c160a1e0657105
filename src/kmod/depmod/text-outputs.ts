import { GrowingBytes } from '../growing-bytes.ts';
import type { DepmodLog } from './depmod-log.ts';
import type { DepmodModule } from './depmod-module.ts';
import { hashOrder } from './hash-order.ts';

/** A symbol that a module exports. */
export interface OwnedSymbol {
  readonly name: string;
  readonly owner: DepmodModule;
}

/** Everything that the outputs are made from. */
export interface DepmodResult {
  readonly modules: readonly DepmodModule[];
  /** All dependencies of each module, in output order. */
  readonly dependencies: readonly (readonly DepmodModule[])[];
  /** In kmod's hash order. */
  readonly symbols: readonly OwnedSymbol[];
}

/** Buckets of kmod's hash table of symbols. */
const SYMBOL_BUCKETS = 2048;

/** Symbols in the order in which kmod lists them. */
export function orderSymbols(symbols: readonly OwnedSymbol[]): OwnedSymbol[] {
  return hashOrder(symbols, ({ name }) => name, SYMBOL_BUCKETS);
}

/** `kernel/fs/ext4/ext4.ko: kernel/lib/crc16.ko …`, one a module, without line ends. */
export function dependencyLines({ modules, dependencies }: DepmodResult): string[] {
  return modules.map(({ listedPath }, i) => {
    const all = dependencies[i]!;
    let line = `${listedPath}:`;
    for (const { listedPath: path } of all) line += ` ${path}`;
    return line;
  });
}

/** modules.alias. */
export function aliasText({ modules }: DepmodResult): Uint8Array {
  return fieldText('# Aliases extracted from modules themselves.\n', modules, ({ name, facts }, out) => {
    for (const alias of facts.aliases) writeLine(out, 'alias ', alias, name);
  });
}

/** modules.softdep. */
export function softdepText({ modules }: DepmodResult): Uint8Array {
  return fieldText('# Soft dependencies extracted from modules themselves.\n', modules, ({ name, facts }, out) => {
    for (const text of facts.softdeps) writeLine(out, 'softdep ', name, text);
  });
}

/** modules.weakdep. */
export function weakdepText({ modules }: DepmodResult): Uint8Array {
  return fieldText('# Weak dependencies extracted from modules themselves.\n', modules, ({ name, facts }, out) => {
    for (const text of facts.weakdeps) writeLine(out, 'weakdep ', name, text);
  });
}

/** What most trees' files need to begin with. */
const TEXT_CAPACITY = 1 << 20;

function fieldText(
  header: string,
  modules: readonly DepmodModule[],
  write: (module: DepmodModule, out: GrowingBytes) => void,
): Uint8Array {
  const out = new GrowingBytes(TEXT_CAPACITY);
  out.text(header);
  for (const module of modules) write(module, out);
  return out.bytes();
}

function writeLine(out: GrowingBytes, directive: string, first: string, second: string): void {
  out.text(directive);
  out.text(first);
  out.u8(0x20);
  out.text(second);
  out.u8(0x0a);
}

/** modules.symbols. */
export function symbolText({ symbols }: DepmodResult): Uint8Array {
  const out = new GrowingBytes(TEXT_CAPACITY);
  out.text('# Aliases for symbols, used by symbol_request().\n');
  for (const { name, owner } of symbols) writeLine(out, 'alias symbol:', name, owner.name);
  return out.bytes();
}

/** modules.dep. `lines`: see {@link dependencyLines}. */
export function dependencyText(lines: readonly string[]): Uint8Array {
  const out = new GrowingBytes(TEXT_CAPACITY);
  for (const line of lines) {
    out.text(line);
    out.u8(0x0a);
  }
  return out.bytes();
}

/** modules.devname: the device nodes by which udev has modules loaded (kmod: `output_devname`). */
export function devnameText({ modules }: DepmodResult, log: DepmodLog): Uint8Array {
  const lines = modules.flatMap((module) => devnameLine(module, log) ?? []);
  const text = lines.length === 0 ? '' : `# Device nodes to trigger on-demand module loading.\n${lines.join('')}`;
  return Buffer.from(text, 'latin1');
}

const NODE_NUMBERS = /^(char|block)-major-(\d+)-(\d+)/;

function devnameLine({ name, facts }: DepmodModule, log: DepmodLog): string | undefined {
  let node: string | undefined;
  let numbers: string | undefined;
  for (const alias of facts.aliases) {
    if (alias.startsWith('devname:')) node = alias.slice('devname:'.length);
    else if (alias.includes('-major-')) {
      const match = NODE_NUMBERS.exec(alias);
      if (match !== null) numbers = `${match[1]![0]}${Number(match[2])}:${Number(match[3])}`;
    }
    if (node !== undefined && numbers !== undefined) return `${name} ${node} ${numbers}\n`;
  }
  if (node !== undefined) {
    log.error(`Module '${name}' has devname (${node}) but lacks major and minor information. Ignoring.`);
  }
  return undefined;
}
