import type { KernelProfile } from '../../src/profile/kernel-profile.ts';
import { openProfile } from '../../src/profile/open-profile.ts';
import { Random } from '../cpu/x86-64/hardware/random.ts';
import { CASES } from './text/cases.ts';
import { type Argument, TextMachine } from './text/text-machine.ts';

/** Calls of each function. */
const ROUNDS = 300;
/** Differences of one function that are shown. */
const SHOWN = 3;

/**
 * `compare-text.ts PROFILE [NAME...]`: calls modelled functions with generated arguments, on one machine by the model and on
 * another by the code of the kernel itself, and prints where results or memory differ. Requires a profile that was imported
 * with `--text`. Exit status 1 when a function differs.
 */
function main([file, ...names]: readonly string[]): number {
  if (!file) throw new Error('usage: compare-text.ts PROFILE [NAME...]');
  const profile = openProfile(file);
  const wanted = names.length > 0 ? names : Object.keys(CASES);
  const there = wanted.filter((name) => profile.exports.find(name) && profile.prototype(name));
  const counts = there.map((name) => compareFunction(profile, name));
  const different = counts.filter((count) => count > 0).length;
  console.log(
    `kernel ${profile.release}: ${there.length} functions, ${there.length * ROUNDS} calls each way, ${different} functions differ`,
  );
  return different === 0 ? 0 : 1;
}

/** The number of calls that differ. */
function compareFunction(profile: KernelProfile, name: string): number {
  const models = new TextMachine(profile, new Set());
  const code = new TextMachine(profile, new Set(Object.keys(CASES)));
  const random = new Random(name.length);
  let differences = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const args = CASES[name]!(random);
    const [expected, found] = [code, models].map((machine) => machine.call(name, args));
    if (expected!.result === found!.result && expected!.memory === found!.memory) continue;
    if (++differences <= SHOWN) {
      console.log(`${name}(${args.map(shown).join(', ')}): kernel ${expected!.result}, model ${found!.result}`);
      if (expected!.memory !== found!.memory) console.log(memoryDifference(expected!.memory, found!.memory));
    }
  }
  if (code.ran(name) === 0) console.log(`${name}: did not run from the kernel's own code`);
  return differences;
}

function shown(arg: Argument): string {
  if (arg instanceof Uint8Array) return JSON.stringify(Buffer.from(arg.subarray(0, 48)).toString('latin1'));
  if (typeof arg === 'object') return `[${arg.strings.map(shown).join(', ')}]`;
  return String(arg);
}

/** The first bytes that differ, in hexadecimal. */
function memoryDifference(expected: string, found: string): string {
  const at = [...expected].findIndex((digit, index) => found[index] !== digit) & ~1;
  return `    at ${at / 2}: kernel ${expected.slice(at, at + 64)}, model ${found.slice(at, at + 64)}`;
}

process.exitCode = main(process.argv.slice(2));
