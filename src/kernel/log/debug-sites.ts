import type { Address } from '../../memory/address.ts';
import { patchJumpLabels } from '../jump-label.ts';
import type { Kernel } from '../kernel.ts';
import { versionAtLeast } from '../kernel-version.ts';
import type { Module } from '../module.ts';
import { matchWildcard } from '../wildcard.ts';
import { changeLoaderDebug, type DebugPlace } from './loader-debug.ts';

/** `_DPRINTK_FLAGS_*` by their letters, in the order of `opt_array[]`: lib/dynamic_debug.c. */
const LETTERS: readonly (readonly [letter: string, bit: number])[] = [
  ['p', 1],
  ['m', 2],
  ['f', 4],
  ['l', 8],
  ['t', 16],
];
const PRINT = 1;
/** `struct _ddebug`: four pointers, `lineno:18, class_id:6, flags:8`, the static key; include/linux/dynamic_debug.h. */
const SITE_SIZE = 56;
const WORD = 32;
const KEY = 40;
const LINE_MASK = 0x3ffff;
const CLASS_SHIFT = 18;
const CLASS_MASK = 0x3f;
/** `_DPRINTK_CLASS_DFLT`: of no class. */
const NO_CLASS = CLASS_MASK;
const FLAGS_SHIFT = 24;

/** What a query asks for; a value that is not there fits all. */
export type SiteQuery = ReadonlyMap<string, string>;

/** One `pr_debug` of a module. */
interface Site extends DebugPlace {
  readonly address: Address;
  readonly classId: number;
  readonly flags: number;
}

/** The descriptors in a module's `__dyndbg` section: those that carry its name. */
function* sitesOf(kernel: Kernel, module: Module): Iterable<Site> {
  const { memory } = kernel;
  const start = module.sections.find((section) => section.name === '__dyndbg')?.address;
  const mapping = start === undefined ? undefined : memory.find(start);
  if (start === undefined || !mapping) return;
  for (let address = start; address + SITE_SIZE <= mapping.base + mapping.size; address += SITE_SIZE) {
    const text = (field: number): string => memory.readCString(memory.readPointer(address + field));
    if (!memory.find(memory.readPointer(address)) || text(0) !== module.name) return;
    const word = memory.readU32(address + WORD);
    const [func, file, format] = [text(8), text(16), text(24)];
    const line = word & LINE_MASK;
    const classId = versionAtLeast(kernel, 6, 1) ? (word >>> CLASS_SHIFT) & CLASS_MASK : NO_CLASS;
    yield { address, module: module.name, func, file, format, line, classId, flags: word >>> FLAGS_SHIFT };
  }
}

/** `ddebug_change`'s conditions. No module is known to define classes: a query that names one fits no site. */
function fits(site: DebugPlace, query: SiteQuery): boolean {
  if (query.has('class')) return false;
  const [module, file, func, format] = [query.get('module'), query.get('file'), query.get('func'), query.get('format')];
  if (module !== undefined && !matchWildcard(module, site.module)) return false;
  if (file !== undefined && !fitsFile(file, site.file)) return false;
  if (func !== undefined && !matchWildcard(func, site.func)) return false;
  if (format !== undefined && !fitsFormat(format, site.format)) return false;
  return fitsLines(query.get('line'), site.line);
}

function fitsFile(pattern: string, file: string): boolean {
  return matchWildcard(pattern, file) || matchWildcard(pattern, file.slice(file.lastIndexOf('/') + 1));
}

/** A `^` asks for the beginning of the format. */
function fitsFormat(wanted: string, format: string): boolean {
  return wanted.startsWith('^') ? format.startsWith(wanted.slice(1)) : format.includes(wanted);
}

function fitsLines(range: string | undefined, line: number): boolean {
  if (range === undefined) return true;
  const [first, last] = range.split('-', 2) as [string, string?];
  const from = Number(first || 0);
  const to = last === undefined ? from : Number(last || 0) || Number.POSITIVE_INFINITY;
  return line >= from && line <= to;
}

/** `ddebug_change`: the sites that fit a query get the flags of `word`: `+p`, `-m`, `=_`. */
export function changeDebugSites(kernel: Kernel, query: SiteQuery, word: string): void {
  const bits = LETTERS.reduce((sum, [letter, bit]) => (word.includes(letter, 1) ? sum | bit : sum), 0);
  changeLoaderDebug(
    kernel,
    (place) => fits(place, query),
    (flags) => newFlags(flags, word[0]!, bits),
  );
  for (const module of kernel.modules) {
    for (const site of sitesOf(kernel, module)) {
      if (site.classId === NO_CLASS && fits(site, query)) setFlags(kernel, site, newFlags(site.flags, word[0]!, bits));
    }
  }
}

function newFlags(flags: number, operator: string, bits: number): number {
  if (operator === '=') return bits;
  return operator === '+' ? flags | bits : flags & ~bits;
}

function setFlags(kernel: Kernel, { address, flags }: Site, wanted: number): void {
  const { memory } = kernel;
  memory.writeU32(address + WORD, ((memory.readU32(address + WORD) & 0xffffff) | (wanted << FLAGS_SHIFT)) >>> 0);
  if ((flags & PRINT) === (wanted & PRINT)) return;
  memory.writeU32(address + KEY, wanted & PRINT);
  patchJumpLabels(kernel, address + KEY, (wanted & PRINT) !== 0);
}

const ESCAPES: Readonly<Record<string, string>> = { '\t': '\\t', '\r': '\\r', '\n': '\\n', '"': '\\"' };

/** `ddebug_iter_next`: from the end of a table since 6.1, when `ddebug_add_module` began to add tables at the end. */
function shownSites(kernel: Kernel, module: Module): Site[] {
  const sites = [...sitesOf(kernel, module)];
  return versionAtLeast(kernel, 6, 1) ? sites.reverse() : sites;
}

/** The file `dynamic_debug/control`. */
export function debugControl(kernel: Kernel): string {
  const lines = ['# filename:lineno [module]function flags format'];
  const modules = versionAtLeast(kernel, 6, 1) ? kernel.modules : [...kernel.modules].reverse();
  for (const module of modules) {
    for (const { file, line, func, flags, format } of shownSites(kernel, module)) {
      const letters = LETTERS.map(([letter, bit]) => (flags & bit ? letter : '')).join('') || '_';
      const shown = format.replace(/[\t\r\n"]/g, (char) => ESCAPES[char]!);
      lines.push(`${file}:${line} [${module.name}]${func} =${letters} "${shown}"`);
    }
  }
  return `${lines.join('\n')}\n`;
}
