import type { DepmodLog } from './depmod-log.ts';
import type { DepmodModule } from './depmod-module.ts';

/** All ways through a graph can be too many to follow; cycles that are found only after this many steps stay unnamed. */
const STEPS_LIMIT = 100_000;

/** A step of the search: a module, and the one that needs it. */
interface Vertex {
  readonly module: DepmodModule;
  readonly parent: Vertex | undefined;
}

/** Starts that are left. As kmod's list goes in a circle, the one after a deleted start is the next to be tried. */
class Roots {
  #modules: DepmodModule[];

  constructor(modules: DepmodModule[]) {
    this.#modules = modules;
  }

  shift(): DepmodModule | undefined {
    return this.#modules.shift();
  }

  delete(module: DepmodModule): void {
    const at = this.#modules.indexOf(module);
    if (at >= 0) this.#modules = [...this.#modules.slice(at + 1), ...this.#modules.slice(0, at)];
  }
}

/**
 * Names the cycles among `left`, the modules that could not be ranked, in kmod's order and words
 * (`depmod_report_cycles`): a module is a start once, a start that lies on a reported cycle is not tried again.
 */
export function reportCycles(modules: readonly DepmodModule[], left: readonly number[], log: DepmodLog): void {
  const roots = new Roots(left.map((index) => modules[index]!));
  const visited = new Set<DepmodModule>();
  const inCycles = new Set<string>();
  for (let root = roots.shift(); root !== undefined; root = roots.shift()) {
    for (const cycle of cyclesFrom(root, modules, visited, roots)) {
      for (const module of cycle) {
        inCycles.add(module.name);
        roots.delete(module);
      }
      log.error(`Cycle detected: ${[...cycle, root].map(({ name }) => name).join(' -> ')}`);
    }
  }
  log.error(`Found ${inCycles.size} modules in dependency cycles!`);
}

function* cyclesFrom(
  root: DepmodModule,
  modules: readonly DepmodModule[],
  visited: Set<DepmodModule>,
  roots: Roots,
): Generator<DepmodModule[]> {
  const stack: Vertex[] = [{ module: root, parent: undefined }];
  let steps = 0;
  for (let vertex = stack.pop(); vertex !== undefined && steps++ < STEPS_LIMIT; vertex = stack.pop()) {
    const { module } = vertex;
    if (visited.has(module) && module === root) {
      yield pathTo(vertex);
      continue;
    }
    if (visited.has(module) && isAncestor(vertex)) continue;
    visited.add(module);
    if (module.dependencies.length === 0) roots.delete(module);
    for (const owner of module.dependencies) stack.push({ module: modules[owner]!, parent: vertex });
  }
}

/** The modules from the start down to the parent of `vertex`. */
function pathTo(vertex: Vertex): DepmodModule[] {
  const path: DepmodModule[] = [];
  for (let at = vertex.parent; at !== undefined; at = at.parent) path.unshift(at.module);
  return path;
}

/** The module stands above itself: a cycle that does not lead through the start. kmod would follow it for ever. */
function isAncestor({ module, parent }: Vertex): boolean {
  for (let at = parent; at !== undefined; at = at.parent) if (at.module === module) return true;
  return false;
}
