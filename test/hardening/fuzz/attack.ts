import { mutate, randomNumbers } from './mutator.ts';
import type { FuzzTarget } from './targets.ts';

/** What a target did with its inputs. */
export interface AttackReport {
  readonly name: string;
  readonly tried: number;
  readonly refused: number;
  readonly slowest: number;
  /** Errors that are no refusal, each kind once, with the number of the input. */
  readonly defects: readonly string[];
}

/** Hands `count` mutants of a target's seeds to it. The nth is the same for the same seed. */
export async function attack(target: FuzzTarget, count: number, seed: number): Promise<AttackReport> {
  const defects = new Map<string, string>();
  let [refused, slowest] = [0, 0];
  for (let nth = 0; nth < count; nth++) {
    const bytes = mutant(target, seed, nth);
    const start = performance.now();
    try {
      await target.read(bytes);
    } catch (error) {
      if (target.errors.some((kind) => error instanceof kind)) refused++;
      else note(defects, nth, error);
    }
    slowest = Math.max(slowest, performance.now() - start);
  }
  return { name: target.name, tried: count, refused, slowest, defects: [...defects.values()] };
}

/** The nth input of a target. */
function mutant({ seeds }: FuzzTarget, seed: number, nth: number): Uint8Array {
  const random = randomNumbers(Math.imul(seed, 0x10001) + nth);
  return mutate(seeds[random(seeds.length)]!, random);
}

function note(defects: Map<string, string>, nth: number, error: unknown): void {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const place = stack.split('\n').slice(0, 3).join(' ');
  if (!defects.has(place)) defects.set(place, `input ${nth}: ${place}`);
}
