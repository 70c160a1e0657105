import { readFileSync } from 'node:fs';
import { errnoName } from '../../src/abi/errno.ts';
import { makeGuestRunner } from '../../src/applets/machine/guest-runner.ts';
import { kernelCode } from '../../src/applets/machine/kernel-code.ts';
import { createKernel } from '../../src/kernel/create-kernel.ts';
import type { Kernel, ModuleRunner } from '../../src/kernel/kernel.ts';
import type { Module } from '../../src/kernel/module.ts';
import { findModule } from '../../src/kernel/module-references.ts';
import { deleteModule, initModule } from '../../src/kernel/syscalls.ts';
import { TaskKilled } from '../../src/kernel/task-killed.ts';
import { isPermanent, O_TRUNC } from '../../src/kernel/unload.ts';
import type { KernelProfile } from '../../src/profile/kernel-profile.ts';
import type { ModuleFile, ModuleSet } from './module-files.ts';

/** How loading a module ended. */
export interface InitResult {
  readonly name: string;
  /** What init returned; undefined: it did not return. */
  readonly returned: number | undefined;
  /** The module has no init. */
  readonly without?: boolean;
  /** The loader refused the module before its init: the errno's name. */
  readonly refused?: string | undefined;
  /** Why it did not return: the first lines of the kernel's own report. */
  readonly reason: string;
  /** Kernel functions whose answers were made up. */
  readonly stubs: readonly string[];
  /** Kernel functions that ran from the kernel's own code. */
  readonly textCalls: readonly string[];
  /** The log of the load. */
  readonly log: readonly string[];
  /** Bytes of guest memory that the module and its init took. */
  readonly memory: number;
}

/** How unloading went: undefined when exit ran to its end, else why not. */
export interface ExitResult {
  readonly name: string;
  readonly problem: string | undefined;
}

/** The lines that begin a report of a death. */
const REPORT =
  /^(BUG:|kernel BUG|invalid opcode|divide error|general protection|int3|stack segment|watchdog|INFO: task|Kernel panic)/;
const ROOT = { uid: 0 };

/** One machine on which modules are loaded and unloaded. An init that gives an error leaves its module there for those that need it. */
export class InitMachine {
  /** Something died on it: lists may name what is gone, locks may be held. */
  spoiled = false;
  readonly #kernel: Kernel;
  readonly #results: Omit<InitResult, 'memory' | 'log'>[] = [];

  /** `budget`: instructions of one init or exit. `modules`: what the kernel gets when it asks for a module. */
  constructor(profile: KernelProfile, modules: ModuleSet, budget?: number) {
    this.#kernel = createKernel(profile, this.#recorder(budget), () => 0);
    this.#kernel.userModeHelper = (argv) => {
      for (const file of modules.requested(argv.at(-1)!)) {
        if (!this.isLoaded(file.name)) initModule(this.#kernel, new Uint8Array(readFileSync(file.path)), '', ROOT);
      }
      return 0;
    };
  }

  get #log(): readonly string[] {
    return this.#kernel.log.map(({ text }) => text);
  }

  isLoaded(name: string): boolean {
    return findModule(this.#kernel, name) !== undefined;
  }

  /** Loads a module and runs its init, and tells of those that it asked for too, itself last. Requires that what it needs is loaded. */
  load(file: ModuleFile): InitResult[] {
    const kernel = this.#kernel;
    const before = mappedBytes(kernel);
    kernel.log.length = 0;
    const error = this.#initModule(new Uint8Array(readFileSync(file.path)));
    const memory = mappedBytes(kernel) - before;
    const results = this.#results.splice(0).map((each) => ({ ...each, memory, log: this.#log }));
    if (results.at(-1)?.name === file.name) return results;
    const refused = error ? { refused: errnoName(error) } : {};
    const own = {
      name: file.name,
      returned: error === 0 ? 0 : undefined,
      without: error === 0,
      reason: said(kernel),
      stubs: [],
      textCalls: [],
      memory,
      log: this.#log,
      ...refused,
    };
    return [...results, own];
  }

  /** init_module(2): an error number; undefined when the loader itself died. */
  #initModule(image: Uint8Array): number | undefined {
    try {
      return initModule(this.#kernel, image, '', ROOT);
    } catch (error) {
      if (!(error instanceof TaskKilled)) throw error;
      this.spoiled = true;
      return undefined;
    }
  }

  /** delete_module(2); a module that does not go is made to go. Undefined: it has no exit to run. */
  unload(name: string): ExitResult | undefined {
    const kernel = this.#kernel;
    const module = findModule(kernel, name);
    if (!module) return undefined;
    const silent = module.exitFunction === 0;
    const permanent = isPermanent(module);
    kernel.log.length = 0;
    const problem = this.#exit(module, permanent);
    return silent ? undefined : { name, problem };
  }

  #exit(module: Module, permanent: boolean): string | undefined {
    const kernel = this.#kernel;
    try {
      const error = deleteModule(kernel, module.name, permanent ? O_TRUNC : 0, ROOT);
      if (error === 0) return undefined;
      module.exitFunction = 0;
      deleteModule(kernel, module.name, O_TRUNC, ROOT);
      return errnoName(error);
    } catch (error) {
      if (!(error instanceof TaskKilled)) throw error;
      this.spoiled = true;
      return said(kernel);
    }
  }

  /** Runs init and notes how it ended; to the loader all went well, but there is no exit to run. */
  #recorder(budget: number | undefined): ModuleRunner {
    const runner = makeGuestRunner(budget);
    runner.useKernelCode(kernelCode);
    const news = [() => runner.stubs, () => runner.textCalls].map(newNames);
    return {
      ...runner,
      callInit: (kernel, module) => {
        const returned = this.#callInit(runner, kernel, module);
        const [stubs = [], textCalls = []] = news.map((names) => names());
        const reason = returned === undefined ? said(kernel) : '';
        this.#results.push({ name: module.name, returned, reason, stubs, textCalls });
        if (returned === undefined || returned < 0) module.exitFunction = 0;
        return 0;
      },
    };
  }

  #callInit(runner: ModuleRunner, kernel: Kernel, module: Module): number | undefined {
    try {
      return runner.callInit(kernel, module);
    } catch (error) {
      if (!(error instanceof TaskKilled)) throw error;
      this.spoiled = true;
      return undefined;
    }
  }
}

/** Gives at each call the names whose counts are others than the last time. */
function newNames(counts: () => ReadonlyMap<string, number>): () => string[] {
  const seen = new Map<string, number>();
  return () => {
    const changed = [...counts()].filter(([name, count]) => seen.get(name) !== count);
    for (const [name, count] of changed) seen.set(name, count);
    return changed.map(([name]) => name);
  };
}

/** The kernel's own words about a death. */
function said({ log }: Kernel): string {
  const line = log.find(({ text }) => REPORT.test(text))?.text ?? log.at(-1)?.text ?? '';
  const place = log.find(({ text }) => text.startsWith('RIP:'))?.text ?? '';
  return `${line} ${place}`.trim();
}

function mappedBytes({ memory }: Kernel): number {
  return memory.mappings.reduce((sum, { size }) => sum + size, 0);
}
