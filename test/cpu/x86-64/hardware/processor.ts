import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type InstructionCase, type Outcome, WINDOW } from './instruction-case.ts';

const REGISTERS = 16;
const CODE_SIZE = 64;
const INPUT_SIZE = 8 * (REGISTERS + 1) + WINDOW + CODE_SIZE;
const OUTPUT_SIZE = 8 * (REGISTERS + 2) + WINDOW;

/** Compiles run.c into a directory. Gives the program. Must run in the repository's root. */
export function buildProgram(directory: string): string {
  const program = join(directory, 'run');
  const source = join('test', 'cpu', 'x86-64', 'hardware', 'run.c');
  const { status, stderr } = spawnSync('cc', ['-O1', '-no-pie', '-o', program, source]);
  if (status !== 0) throw new Error(`cc failed: ${stderr}`);
  return program;
}

/** Runs cases on the processor of this machine by the program that run.c became (`struct input`, `struct output`). */
export function runOnProcessor(program: string, cases: readonly InstructionCase[]): Outcome[] {
  const input = Buffer.concat(cases.map(encode));
  const { stdout, status } = spawnSync(program, { input, maxBuffer: 1 << 30 });
  if (status !== 0 || stdout.length !== cases.length * OUTPUT_SIZE) throw new Error(`${program} failed: ${status}`);
  return cases.map((_, index) => outcome(stdout.subarray(index * OUTPUT_SIZE, (index + 1) * OUTPUT_SIZE)));
}

function encode({ registers, flags, window, code }: InstructionCase): Buffer {
  const record = Buffer.alloc(INPUT_SIZE);
  for (const [index, value] of registers.entries()) record.writeBigUInt64LE(value, 8 * index);
  record.writeBigUInt64LE(BigInt(flags), 8 * REGISTERS);
  record.set(window, 8 * (REGISTERS + 1));
  record[INPUT_SIZE - CODE_SIZE] = code.length;
  record.set(code, INPUT_SIZE - CODE_SIZE + 1);
  return record;
}

function outcome(record: Buffer): Outcome {
  return {
    registers: BigUint64Array.from({ length: REGISTERS }, (_, index) => record.readBigUInt64LE(8 * index)),
    flags: record.readUInt32LE(8 * REGISTERS),
    fault: record.readUInt32LE(8 * (REGISTERS + 1)),
    window: Uint8Array.from(record.subarray(8 * (REGISTERS + 2))),
  };
}
