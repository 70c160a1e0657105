import { errnoNumber } from '../abi/errno.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Module } from '../kernel/module.ts';
import type { KernelProfile } from '../profile/kernel-profile.ts';
import { cannotDecompress, kernelCannotDecompress } from './causes/compressed-file.ts';
import { checkModule } from './check-module.ts';
import type { KnownModule, ModuleSet } from './module-set.ts';
import type { Verdict } from './verdict.ts';
import type { World } from './world.ts';

/** What a run of checks needs. */
export interface CheckPlan {
  /** A kernel as after boot; each module gets its own. */
  newKernel(): Kernel;
  /** Everything that may be loaded before a target. */
  readonly modules: ModuleSet;
  /** Other kernels that are known, for advice. */
  readonly kernels: readonly KernelProfile[];
  /** Arguments that every target gets; a byte string. */
  readonly args: string;
}

/**
 * Checks modules one by one, each on a kernel of its own with its dependencies loaded and nothing else.
 * A dependency is loaded once: what later modules need of it (exports and their CRCs) is kept, its memory is not.
 */
export class SetChecker {
  readonly #plan: CheckPlan;
  readonly #loaded = new Map<string, Module>();
  readonly #verdicts = new Map<string, Verdict>();

  constructor(plan: CheckPlan) {
    this.#plan = plan;
  }

  /** The verdict on one target. */
  async check(target: KnownModule): Promise<Verdict> {
    const early = this.#verdicts.get(target.source.file);
    if (early) return early;
    for (const name of this.#plan.modules.loadOrder(target.name)) await this.#provide(name);
    return this.#load(target, this.#plan.args);
  }

  async #provide(name: string): Promise<void> {
    const module = this.#plan.modules.get(name);
    if (module && !this.#verdicts.has(module.source.file)) await this.#load(module, '');
  }

  async #load(target: KnownModule, args: string): Promise<Verdict> {
    const { modules, kernels } = this.#plan;
    const kernel = this.#kernelFor(target.name);
    const world: World = {
      kernels,
      exporters: (symbol) => modules.exporters(symbol),
      loadOrder: (name) => modules.loadOrder(name),
      refuses: (name) => this.#verdicts.get(modules.get(name)?.source.file ?? '')?.loads === false,
    };
    let verdict = await this.#attempt(kernel, target, args, world);
    if (verdict.causes.some(({ id }) => id === 'unknown-symbol')) {
      await modules.learnExports();
      verdict = await this.#attempt(this.#kernelFor(target.name), target, args, world);
    }
    this.#verdicts.set(target.source.file, verdict);
    return verdict;
  }

  async #attempt(kernel: Kernel, target: KnownModule, args: string, world: World): Promise<Verdict> {
    let image: Uint8Array;
    try {
      image = await target.source.read();
    } catch (error) {
      return unreadable(target, error);
    }
    const checked = checkModule(kernel, { file: target.source.file, image, args }, world);
    const packed = kernelCannotDecompress(target.source.head?.() ?? image, kernel.profile);
    const verdict = { ...checked, causes: [...packed, ...checked.causes] };
    const module = kernel.modules.at(-1);
    if (verdict.loads && module) this.#loaded.set(module.name, exporterOf(module));
    return verdict.name === '' ? { ...verdict, name: target.name } : verdict;
  }

  /** A fresh kernel on which what `name` needs is loaded. */
  #kernelFor(name: string): Kernel {
    const kernel = this.#plan.newKernel();
    for (const needed of this.#plan.modules.loadOrder(name)) {
      const module = this.#loaded.get(needed);
      if (module) kernel.modules.push({ ...module, users: [], uses: [] });
    }
    return kernel;
  }
}

/** A loaded module without what only its own memory and sysfs need. */
function exporterOf(module: Module): Module {
  return { ...module, sections: [], notes: [], parameters: [] };
}

function unreadable({ source, name }: KnownModule, error: unknown): Verdict {
  const reason = error instanceof Error ? error.message : String(error);
  const unanswered = { file: source.file, name, errno: 0, log: [] };
  if (error instanceof Error && error.name === 'CompressionError')
    return { ...unanswered, loads: false, errno: errnoNumber('EINVAL'), causes: [cannotDecompress(reason)] };
  const cause = { id: 'unreadable', reason, next: 'Check the name and the permissions of the file.' };
  return { ...unanswered, loads: undefined, causes: [cause] };
}
