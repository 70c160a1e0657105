import { ByteStrings } from '../byte-strings.ts';
import { GrowingBytes } from '../growing-bytes.ts';
import type { DepmodLog } from './depmod-log.ts';
import type { DepmodModule } from './depmod-module.ts';
import type { DepmodResult } from './depmod-result.ts';
import { FACTS, type TextKind } from './module-facts.ts';

/** What most trees' files need to begin with. */
const TEXT_CAPACITY = 1 << 20;
const SYMBOL_PREFIX = Buffer.from('alias symbol:', 'latin1');
const SPACE = 0x20;
const COLON = 0x3a;
const NEWLINE = 0x0a;

/** modules.dep: `kernel/fs/ext4/ext4.ko: kernel/lib/crc16.ko …`, a line, with its end, a module. */
export function dependencyLines({ modules, dependencies }: DepmodResult): ByteStrings {
  const paths = new ByteStrings(modules.length, modules.length * 48);
  for (const { listedPath } of modules) paths.add(listedPath);
  const lines = new ByteStrings(modules.length, TEXT_CAPACITY);
  const { bytes: out } = lines;
  const starts = paths.starts.words;
  const { buffer } = paths.bytes;
  for (let i = 0; i < modules.length; i++) {
    out.range(buffer, starts[i]!, starts[i + 1]!);
    out.u8(COLON);
    const indexes = dependencies[i]!;
    for (let j = 0; j < indexes.length; j++) {
      const index = indexes[j]!;
      out.u8(SPACE);
      out.range(buffer, starts[index]!, starts[index + 1]!);
    }
    out.u8(NEWLINE);
    lines.end();
  }
  return lines;
}

/** modules.alias. */
export function aliasText(result: DepmodResult): Uint8Array {
  const header = '# Aliases extracted from modules themselves.\n';
  return fieldText(header, 'alias ', FACTS.ALIASES, result);
}

/** modules.softdep. */
export function softdepText(result: DepmodResult): Uint8Array {
  const header = '# Soft dependencies extracted from modules themselves.\n';
  return fieldText(header, 'softdep ', FACTS.SOFTDEPS, result);
}

/** modules.weakdep. */
export function weakdepText(result: DepmodResult): Uint8Array {
  const header = '# Weak dependencies extracted from modules themselves.\n';
  return fieldText(header, 'weakdep ', FACTS.WEAKDEPS, result);
}

/** A line for each value: the directive, then the value and the module's name; of an alias the value comes first. */
function fieldText(header: string, directive: string, kind: TextKind, { modules, facts }: DepmodResult): Uint8Array {
  const isAlias = kind === FACTS.ALIASES;
  const out = new GrowingBytes(isAlias ? TEXT_CAPACITY : 0);
  out.text(header);
  for (const { row, name } of modules) {
    const start = facts.start(row, kind);
    const end = facts.end(row, kind);
    if (start === end) continue;
    const before = isAlias ? directive : `${directive}${name} `;
    const after = isAlias ? ` ${name}\n` : '\n';
    const values = facts.texts.buffer.toString('latin1', start, end - 1);
    out.text(before + values.split('\0').join(after + before) + after);
  }
  return out.bytes();
}

/** modules.symbols. */
export function symbolText({ facts, symbols, owners }: DepmodResult, names: ByteStrings): Uint8Array {
  const out = new GrowingBytes(TEXT_CAPACITY);
  out.text('# Aliases for symbols, used by symbol_request().\n');
  const pool = facts.pool.names;
  const poolStarts = pool.starts.words;
  const nameStarts = names.starts.words;
  for (let i = 0; i < symbols.length; i++) {
    const id = symbols[i]!;
    const owner = owners.owner(id);
    out.range(SYMBOL_PREFIX, 0, SYMBOL_PREFIX.length);
    out.range(pool.bytes.buffer, poolStarts[id]!, poolStarts[id + 1]!);
    out.u8(SPACE);
    out.range(names.bytes.buffer, nameStarts[owner]!, nameStarts[owner + 1]!);
    out.u8(NEWLINE);
  }
  return out.bytes();
}

/** modules.devname: the device nodes by which udev has modules loaded (kmod: `output_devname`). */
export function devnameText(result: DepmodResult, log: DepmodLog): Uint8Array {
  const { facts, modules } = result;
  const hasNode = ({ row }: DepmodModule) => {
    const aliases = facts.texts.buffer.subarray(facts.start(row, FACTS.ALIASES), facts.end(row, FACTS.ALIASES));
    return aliases.includes('devname:');
  };
  const lines = modules.filter(hasNode).flatMap((module) => devnameLine(module, result, log) ?? []);
  const text = lines.length === 0 ? '' : `# Device nodes to trigger on-demand module loading.\n${lines.join('')}`;
  return Buffer.from(text, 'latin1');
}

const NODE_NUMBERS = /^(char|block)-major-(\d+)-(\d+)/;

function devnameLine({ name, row }: DepmodModule, { facts }: DepmodResult, log: DepmodLog): string | undefined {
  let node: string | undefined;
  let numbers: string | undefined;
  for (const alias of facts.strings(row, FACTS.ALIASES)) {
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
