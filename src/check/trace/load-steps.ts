import type { Kernel } from '../../kernel/kernel.ts';
import type { LoadInfo } from '../../kernel/load-info.ts';
import type { LoadTrace } from '../../kernel/load-trace.ts';
import { type Fact, STAGE_FACTS } from './stage-facts.ts';

/** One stage of a load, as it was passed or refused. */
export interface LoadStep {
  readonly stage: string;
  readonly passed: boolean;
  readonly facts: readonly Fact[];
  /** What the kernel logged in this stage. */
  readonly log: readonly string[];
}

/** Records a load stage by stage. */
export function recordSteps(kernel: Kernel): LoadTrace & { readonly steps: readonly LoadStep[] } {
  const steps: LoadStep[] = [];
  let seen = kernel.nextLogSequence;
  const record = (stage: string, info: LoadInfo, passed: boolean): void => {
    const log = kernel.log.filter(({ sequence }) => sequence >= seen).map(({ text }) => text);
    seen = kernel.nextLogSequence;
    const facts = passed && Object.hasOwn(STAGE_FACTS, stage) ? STAGE_FACTS[stage]!(kernel, info) : [];
    steps.push({ stage, passed, facts, log });
  };
  return {
    steps,
    passed: (stage, info) => record(stage, info, true),
    failed: (stage, info) => record(stage, info, false),
  };
}
