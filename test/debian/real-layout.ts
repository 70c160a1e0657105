import type { Module } from '../../src/kernel/module.ts';

/** What a real kernel showed of a loaded module: size in /proc/modules, offset of each section in its area. */
export interface RealLayout {
  readonly size: number;
  readonly core: Readonly<Record<string, number>>;
  readonly init: Readonly<Record<string, number>>;
}

/** Where a module that was just formed differs from what the real kernel showed; one line a difference. */
export function layoutDifferences(module: Module, real: RealLayout): string[] {
  const differences: string[] = [];
  const expect = (what: string, got: number | undefined, wanted: number): void => {
    if (got !== wanted) differences.push(`${module.name} ${what}: ${got}, the kernel: ${wanted}`);
  };
  expect('size', module.core.size, real.size);
  const places = new Map(module.sections.map(({ name, address }) => [name, address]));
  for (const area of ['core', 'init'] as const) {
    for (const [name, offset] of Object.entries(real[area])) {
      expect(`${area} ${name}`, minus(places.get(name), module[area].base), offset);
    }
  }
  return differences;
}

function minus(address: number | undefined, base: number): number | undefined {
  return address === undefined ? undefined : address - base;
}

/** How many sections the layouts hold. */
export function countSections(layouts: Iterable<RealLayout>): number {
  let count = 0;
  for (const { core, init } of layouts) count += Object.keys(core).length + Object.keys(init).length;
  return count;
}
