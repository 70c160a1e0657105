import type { Architecture } from './architecture.ts';
import { x86_64 } from './x86-64.ts';

const ARCHITECTURES: readonly Architecture[] = [x86_64];

/** A kernel of a processor that the loader does not know. */
export class UnknownArchitecture extends Error {
  override readonly name = 'UnknownArchitecture';

  constructor(machine: string) {
    const known = ARCHITECTURES.map((architecture) => architecture.machine).join(', ');
    super(`a kernel of ${machine} can be imported, shown and compared, but not run; machines are ${known}`);
  }
}

/** The architecture of a kernel by its `uname -m`. Raises UnknownArchitecture when the loader does not know it. */
export function architectureOf(machine: string): Architecture {
  const found = ARCHITECTURES.find((architecture) => architecture.machine === machine);
  if (!found) throw new UnknownArchitecture(machine);
  return found;
}
