import type { Kernel } from '../../kernel/kernel.ts';
import type { LoadInfo } from '../../kernel/load-info.ts';
import type { LoadTrace } from '../../kernel/load-trace.ts';
import { type Describe, type Fact, fact } from './fact.ts';
import { IMAGE_FACTS } from './image-facts.ts';
import { initFacts, MEMORY_FACTS } from './memory-facts.ts';
import { type AppliedRelocation, listRelocations } from './relocations.ts';

/** One stage of a load, as it was passed or refused. */
export interface LoadStep {
  readonly stage: string;
  readonly passed: boolean;
  readonly facts: readonly Fact[];
  /** Of `apply_relocations` when all facts are wanted: each relocation. */
  readonly relocations?: readonly AppliedRelocation[];
  /** What the kernel logged in this stage. */
  readonly log: readonly string[];
}

/** One init_module(2) from its first stage to its end. */
export interface TracedLoad {
  /** The module's name; empty as long as no stage found it. */
  module: string;
  /** Positive error number; undefined: the call never came back. */
  errno: number | undefined;
  readonly steps: LoadStep[];
}

const STAGE_FACTS: Readonly<Record<string, Describe>> = { ...IMAGE_FACTS, ...MEMORY_FACTS };

/** Stages whose facts say why they refused. */
const TELLING_REFUSALS = new Set([
  'module_sig_check',
  'elf_validity_check',
  'elf_validity_cache_copy',
  'check_modstruct_version',
  'check_modinfo',
  'simplify_symbols',
]);

/** Records a load stage by stage. `all`: with each single relocation. */
export class LoadRecorder implements LoadTrace {
  readonly load: TracedLoad = { module: '', errno: undefined, steps: [] };
  readonly #kernel: Kernel;
  readonly #all: boolean;
  #seen: number;
  /** How often functions had run from the kernel's own code before. */
  readonly #before: ReadonlyMap<string, number>;
  #info: LoadInfo | undefined;

  constructor(kernel: Kernel, all: boolean) {
    this.#kernel = kernel;
    this.#all = all;
    this.#seen = kernel.nextLogSequence;
    this.#before = new Map(kernel.runner.textCalls);
  }

  passed(stage: string, info: LoadInfo): void {
    this.#record(stage, info, true);
  }

  failed(stage: string, info: LoadInfo): void {
    this.#record(stage, info, false);
  }

  /** The call is over: what was not a stage's is that of `do_init_module`, or the call was refused at the door. */
  finish(errno: number): void {
    this.load.errno = errno;
    if (this.load.steps.at(-1)?.passed === false) return;
    const facts = this.#info ? initFacts(this.#kernel, this.#info, errno) : [fact('error', errno)];
    const stage = this.#info ? 'do_init_module' : 'init_module';
    const ran = this.#ranFromText();
    const all = ran.length > 0 ? [...facts, fact("ran from the kernel's code", ran.join(', '))] : facts;
    this.load.steps.push({ stage, passed: errno === 0, facts: all, log: this.#newLog() });
  }

  /** The kernel's functions that ran from the kernel's own code: `sort (×2)`. */
  #ranFromText(): string[] {
    return [...(this.#kernel.runner.textCalls ?? [])].flatMap(([name, calls]) => {
      const own = calls - (this.#before.get(name) ?? 0);
      return own > 0 ? [`${name} (×${own})`] : [];
    });
  }

  #record(stage: string, info: LoadInfo, passed: boolean): void {
    this.#info = info;
    if (info.name !== '') this.load.module = info.name;
    const step = { stage, passed, facts: this.#factsOf(stage, info, passed), log: this.#newLog() };
    const listed = this.#all && passed && stage === 'apply_relocations';
    this.load.steps.push(listed ? { ...step, relocations: listRelocations(info) } : step);
  }

  #factsOf(stage: string, info: LoadInfo, passed: boolean): readonly Fact[] {
    const known = Object.hasOwn(STAGE_FACTS, stage) && (passed || TELLING_REFUSALS.has(stage));
    return known ? STAGE_FACTS[stage]!(this.#kernel, info) : [];
  }

  #newLog(): string[] {
    const log = this.#kernel.log.filter(({ sequence }) => sequence >= this.#seen).map(({ text }) => text);
    this.#seen = this.#kernel.nextLogSequence;
    return log;
  }
}
