import { readBytes } from '../files.ts';
import type { DepmodLog } from './depmod-log.ts';

/** The kernel's own exports as a file describes them: CRC by name, 0 when the file has none. */
export type KernelSymbols = ReadonlyMap<string, number>;

/** Symbols that no file lists and every module may need (kmod: `depmod_add_fake_syms`). */
const FAKE_SYMBOLS = ['__this_module', '_GLOBAL_OFFSET_TABLE_', 'TOC.'];

/** Lines of a file as byte strings, one at a time: System.map has 5 MB. */
function* linesOf(path: string): Generator<string> {
  const bytes = readBytes(path)!;
  for (let at = 0; at < bytes.length; ) {
    const newline = bytes.indexOf(0x0a, at);
    const end = newline < 0 ? bytes.length : newline;
    yield bytes.toString('latin1', at, end);
    at = end + 1;
  }
}

function withFakes(symbols: Map<string, number>): KernelSymbols {
  for (const name of FAKE_SYMBOLS) if (!symbols.has(name)) symbols.set(name, 0);
  return symbols;
}

/** Reads Module.symvers: the lines of `vmlinux` (kmod: `depmod_load_symvers`). The file must be readable. */
export function readSymvers(path: string, prefix: string, log: DepmodLog): KernelSymbols {
  const symbols = new Map<string, number>();
  let number = 0;
  for (const line of linesOf(path)) {
    number++;
    /* The line end belongs to the last word: a line that ends with `vmlinux` is passed over. */
    const [version, symbol, where] = `${line}\n`.split(/[ \t]+/).filter((word) => word !== '');
    if (where !== 'vmlinux') continue;
    const crc = parseCrc(version!);
    if (crc === undefined) log.error(`${path}:${number} Invalid symbol version ${version}: Success`);
    else symbols.set(withoutPrefix(symbol!, prefix), crc);
  }
  return withFakes(symbols);
}

function parseCrc(text: string): number | undefined {
  return /^\s*[+-]?(0[xX])?[0-9a-fA-F]+$/.test(text) ? Number.parseInt(text, 16) : undefined;
}

/** Reads System.map: what stands behind `__ksymtab_` (kmod: `depmod_load_system_map`). The file must be readable. */
export function readSystemMap(path: string, prefix: string, log: DepmodLog): KernelSymbols {
  const symbols = new Map<string, number>();
  let number = 0;
  for (const line of linesOf(path)) {
    number++;
    const first = line.indexOf(' ');
    const second = first < 0 ? -1 : line.indexOf(' ', first + 1);
    if (second < 0) {
      log.error(`${path}:${number}: invalid line: ${line}\n`);
      continue;
    }
    const name = withoutPrefix(line.slice(second + 1), prefix);
    if (name.startsWith('__ksymtab_')) symbols.set(name.slice('__ksymtab_'.length), 0);
  }
  return withFakes(symbols);
}

/** A name without the architecture's symbol prefix (`-P`). */
export function withoutPrefix(name: string, prefix: string): string {
  return prefix !== '' && name.startsWith(prefix) ? name.slice(1) : name;
}
