import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { openProfile } from '../../src/profile/open-profile.ts';
import { Random } from '../cpu/x86-64/hardware/random.ts';
import { answersOf, RECORDED_CALLS } from '../kernel-api/answers/answers.ts';
import type { Argument } from '../kernel-api/answers/argument.ts';
import { CASES } from '../kernel-api/answers/cases.ts';
import { FunctionMachine } from '../kernel-api/answers/function-machine.ts';

/** Calls of each function. */
const ROUNDS = 300;
/** Differences of one function that are shown. */
const SHOWN = 3;
const NAMES = Object.keys(CASES);

/**
 * `compare-text.ts PROFILE [NAME...]`: calls modelled functions with generated arguments, on one machine by the model and on
 * another by the code of the kernel itself, and prints where results or memory differ. Requires a profile that was imported
 * with `--text`. Exit status 1 when a function differs. `compare-text.ts --record FILE PROFILE`: writes down what the kernel
 * itself answers, for test/kernel-api/kernel-answers.test.ts.
 */
function main(words: readonly string[]): number {
  const isRecording = words[0] === '--record';
  const [file, ...names] = isRecording ? words.slice(2) : words;
  if (!file) throw new Error('usage: compare-text.ts [--record FILE] PROFILE [NAME...]');
  const profile = openProfile(file);
  const there = (names.length > 0 ? names : NAMES).filter((name) => FunctionMachine.knows(profile, name));
  const code = new FunctionMachine(profile, true);
  if (isRecording) return record(words[1]!, code, there);
  const models = new FunctionMachine(profile, false);
  const different = there.filter((name) => compareFunction(code, models, name) > 0);
  const ran = there.filter((name) => code.ran(name) > 0);
  console.log(
    `kernel ${profile.release}: ${ran.length} functions ran from the kernel's own code, ${ran.length * ROUNDS} calls, ` +
      `${different.length} functions differ`,
  );
  return different.length === 0 ? 0 : 1;
}

function record(file: string, code: FunctionMachine, names: readonly string[]): number {
  const answers = names.map((name) => [name, answersOf(code, name, RECORDED_CALLS)] as const);
  const kernels = Object.fromEntries(answers.filter(([name]) => code.ran(name) > 0));
  writeFileSync(file, gzipSync(JSON.stringify(kernels), { level: 9 }));
  console.log(`${Object.keys(kernels).length} functions`);
  return 0;
}

/** The number of calls that differ. */
function compareFunction(code: FunctionMachine, models: FunctionMachine, name: string): number {
  const random = new Random(name.length);
  let differences = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const args = CASES[name]!(random);
    const [expected, found] = [code.call(name, args), models.call(name, args)];
    if (expected.result === found.result && expected.memory === found.memory) continue;
    if (++differences > SHOWN) continue;
    console.log(`${name}(${args.map(shown).join(', ')}): kernel ${expected.result}, model ${found.result}`);
    if (expected.memory !== found.memory) console.log(memoryDifference(expected.memory, found.memory));
  }
  return differences;
}

function shown(arg: Argument): string {
  if (arg instanceof Uint8Array) return JSON.stringify(Buffer.from(arg.subarray(0, 48)).toString('latin1'));
  if (typeof arg === 'object' && 'strings' in arg) return `[${arg.strings.map(shown).join(', ')}]`;
  if (typeof arg === 'object') return arg.function;
  return String(arg);
}

/** The first bytes that differ, in hexadecimal. */
function memoryDifference(expected: string, found: string): string {
  const at = [...expected].findIndex((digit, index) => found[index] !== digit) & ~1;
  return `    at ${at / 2}: kernel ${expected.slice(at, at + 64)}, model ${found.slice(at, at + 64)}`;
}

process.exitCode = main(process.argv.slice(2));
