import type { Verdict } from '../verdict.ts';

/** How many of each. */
export interface Summary {
  readonly load: number;
  readonly doNot: number;
  readonly unknown: number;
}

/** Counts the verdicts by their answer. */
export function summarize(verdicts: readonly Verdict[]): Summary {
  const count = (loads: boolean | undefined) => verdicts.filter((verdict) => verdict.loads === loads).length;
  return { load: count(true), doNot: count(false), unknown: count(undefined) };
}

/** 0: all load; 1: some do not; 2: could not tell for some. */
export function exitStatus({ doNot, unknown }: Summary): number {
  if (doNot > 0) return 1;
  return unknown > 0 ? 2 : 0;
}
