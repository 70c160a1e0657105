import { aarch64 } from './aarch64.ts';
import type { Architecture } from './architecture.ts';
import { armv7l } from './armv7l.ts';
import { i386 } from './i386.ts';
import { x86_64 } from './x86-64.ts';

const ARCHITECTURES: readonly Architecture[] = [x86_64, aarch64, i386, armv7l];
/** Those whose code an emulated processor runs. */
const EMULATED: readonly Architecture[] = [x86_64];

/** A kernel of a processor that is not known well enough. */
class UnknownArchitecture extends Error {
  override readonly name = 'UnknownArchitecture';

  /** `why`: what cannot be done with such a kernel, and with which it can. */
  constructor(machine: string, why: string, known: readonly Architecture[]) {
    super(`a kernel of ${machine} ${why} ${known.map((architecture) => architecture.machine).join(', ')}`);
  }
}

/** The architecture of a kernel by its `uname -m`. Raises UnknownArchitecture when the loader does not know it. */
export function architectureOf(machine: string): Architecture {
  const found = ARCHITECTURES.find((architecture) => architecture.machine === machine);
  if (!found) {
    throw new UnknownArchitecture(
      machine,
      'can be imported, shown and compared, but loads no modules here; those that do are of',
      ARCHITECTURES,
    );
  }
  return found;
}

/** Raises UnknownArchitecture when a machine cannot run this kernel: no emulated processor knows its modules' code. */
export function requireProcessor(machine: string): void {
  if (EMULATED.some((architecture) => architecture.machine === machine)) return;
  throw new UnknownArchitecture(machine, 'can be checked against, but no machine runs it; machines are', EMULATED);
}
