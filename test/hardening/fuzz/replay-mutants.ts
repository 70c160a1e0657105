import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeGuestRunner } from '../../../src/applets/machine/guest-runner.ts';
import { signatureCrypto } from '../../../src/host/signature-crypto.ts';
import { createKernel } from '../../../src/kernel/create-kernel.ts';
import type { Kernel, ModuleRunner } from '../../../src/kernel/kernel.ts';
import { skippingRunner } from '../../../src/kernel/skipping-runner.ts';
import { deleteModule, initModule } from '../../../src/kernel/syscalls.ts';
import { TaskKilled } from '../../../src/kernel/task-killed.ts';
import { O_NONBLOCK } from '../../../src/kernel/unload.ts';
import type { KernelProfile } from '../../../src/profile/kernel-profile.ts';
import { kernelVerifier } from '../../../src/signature/kernel-verifier.ts';
import { type Answer, applyOperations, type LogLine, type MutantRecipe } from './mutant-recipe.ts';
import { normalLog } from './normal-log.ts';

const ROOT = { uid: 0 };
/** Instructions that a mutant's code may run. */
const BUDGET = 2_000_000;
const verifier = kernelVerifier(signatureCrypto, () => []);

/** What became of one mutant. `died`: the loading task was killed, as the real kernel's would be. */
export interface Outcome extends Answer {
  readonly died: boolean;
  /** An exception that no kernel would give: a defect of ours. */
  readonly defect?: string;
}

/** Loads mutants, each into a machine as the recording one was: hello loaded and unloaded, and what the base needs. */
export class MutantReplay {
  readonly #profile: KernelProfile;
  readonly #bases: string;
  readonly #runner: () => ModuleRunner;
  readonly #files = new Map<string, Uint8Array>();

  /** `bases`: the folder of the good modules. `run`: whether modules' code is run. */
  constructor(profile: KernelProfile, bases: string, run: boolean) {
    this.#profile = profile;
    this.#bases = bases;
    this.#runner = run ? () => makeGuestRunner(BUDGET) : () => skippingRunner;
  }

  /** The bytes of a recipe's mutant. */
  image({ base, ops }: MutantRecipe): Uint8Array {
    return applyOperations(this.#file(base), ops);
  }

  play(recipe: MutantRecipe): Outcome {
    const kernel = this.#machine(recipe.needs ?? []);
    const before = kernel.nextLogSequence;
    const log = (): LogLine[] =>
      normalLog(kernel.log.filter(({ sequence }) => sequence >= before).map(({ level, text }) => [level, text]));
    try {
      const errno = initModule(kernel, this.image(recipe), '', ROOT);
      return { errno, log: log(), died: false };
    } catch (error) {
      if (error instanceof TaskKilled) return { errno: 0, log: log(), died: true };
      return { errno: -1, log: log(), died: false, defect: String(error instanceof Error ? error.stack : error) };
    }
  }

  #machine(needs: readonly string[]): Kernel {
    const kernel = createKernel(this.#profile, this.#runner(), () => 0);
    kernel.verifySignature = verifier;
    initModule(kernel, this.#file('hello'), '', ROOT);
    deleteModule(kernel, 'hello', O_NONBLOCK, ROOT);
    for (const name of needs) initModule(kernel, this.#file(name), '', ROOT);
    return kernel;
  }

  #file(name: string): Uint8Array {
    const known = this.#files.get(name) ?? new Uint8Array(readFileSync(join(this.#bases, `${name}.ko`)));
    this.#files.set(name, known);
    return known;
  }
}
