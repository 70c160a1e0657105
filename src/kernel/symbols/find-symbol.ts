import type { Kernel } from '../kernel.ts';
import { loaderDebug } from '../log/loader-debug.ts';
import type { Module, ModuleExport } from '../module.ts';

/** An exported symbol and who exports it; no owner: the kernel image (kernel: `struct find_symbol_arg`). */
export interface FoundSymbol extends ModuleExport {
  readonly owner: Module | undefined;
}

/**
 * `find_symbol`, kernel/module/main.c: the kernel's exports, then those of formed modules, the newest first.
 * GPL-only symbols are found only with `gplOk`.
 */
export function findSymbol(kernel: Kernel, name: string, gplOk: boolean): FoundSymbol | undefined {
  const own = kernel.profile.exports.find(name);
  if (own && (gplOk || !own.gplOnly)) return { owner: undefined, ...own };
  for (let i = kernel.modules.length - 1; i >= 0; i--) {
    const owner = kernel.modules[i]!;
    if (owner.exports.length === 0 || owner.state === 'UNFORMED') continue;
    const found = findExport(owner.exports, name, gplOk);
    if (found) return { owner, ...found };
  }
  loaderDebug(kernel, 'symbolNotFound', () => `Failed to find symbol ${name}`);
  return undefined;
}

/** One table of a module's exports: those from `start` to `end` are of one class, sorted by name. */
interface ExportRange {
  readonly start: number;
  readonly end: number;
  readonly gplOnly: boolean;
}

/** The tables of each module's exports; they never change once they were read. */
const RANGES = new WeakMap<readonly ModuleExport[], readonly ExportRange[]>();

/** `find_exported_symbol_in_section` for each table of a module. */
function findExport(exports: readonly ModuleExport[], name: string, gplOk: boolean): ModuleExport | undefined {
  for (const { start, end, gplOnly } of rangesOf(exports)) {
    const found = gplOk || !gplOnly ? bsearch(exports, start, end - start, name) : undefined;
    if (found) return found;
  }
  return undefined;
}

function rangesOf(exports: readonly ModuleExport[]): readonly ExportRange[] {
  const known = RANGES.get(exports);
  if (known) return known;
  const ranges: ExportRange[] = [];
  for (let start = 0, end = 0; start < exports.length; start = end) {
    const { gplOnly, symbolClass } = exports[start]!;
    while (exports[end]?.gplOnly === gplOnly && exports[end]?.symbolClass === symbolClass) end++;
    ranges.push({ start, end, gplOnly });
  }
  RANGES.set(exports, ranges);
  return ranges;
}

/** `bsearch`, lib/bsearch.c, probe for probe: in a table that is not sorted it finds what the kernel finds. */
function bsearch(
  exports: readonly ModuleExport[],
  start: number,
  length: number,
  name: string,
): ModuleExport | undefined {
  let base = start;
  for (let count = length; count > 0; count >>= 1) {
    const pivot = base + (count >> 1);
    const candidate = exports[pivot]!;
    if (candidate.name === name) return candidate;
    if (name > candidate.name) {
      base = pivot + 1;
      count--;
    }
  }
  return undefined;
}
