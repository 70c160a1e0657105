import type { Architecture } from './architecture.ts';
import { x86_64 } from './x86-64.ts';

const ARCHITECTURES: readonly Architecture[] = [x86_64];

/** The architecture of a kernel by its `uname -m`. Raises RangeError when the loader does not know it. */
export function architectureOf(machine: string): Architecture {
  const found = ARCHITECTURES.find((architecture) => architecture.machine === machine);
  if (!found) throw new RangeError(`unknown architecture ${machine}`);
  return found;
}
