import { createHash } from 'node:crypto';
import { Random } from '../../cpu/x86-64/hardware/random.ts';
import { CASES } from './cases.ts';
import type { FunctionMachine } from './function-machine.ts';

/** Calls of each function that are recorded. */
export const RECORDED_CALLS = 12;

/** What calls of a function gave, one string a call: the result, and a digest of the memory. */
export function answersOf(machine: FunctionMachine, name: string, calls: number): string[] {
  const random = new Random(name.length);
  return Array.from({ length: calls }, () => {
    const { result, memory } = machine.call(name, CASES[name]!(random));
    return `${result} ${createHash('sha1').update(memory).digest('hex').slice(0, 8)}`;
  });
}
