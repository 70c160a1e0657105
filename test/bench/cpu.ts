/**
 * `node test/run.mjs test/bench/cpu.ts [ROUNDS]`: instructions per second of processor time of the emulated CPU on a loop of
 * ten instructions (loads, stores, arithmetic, shifts, a branch), and Unicorn's on the same code. Needs cc and libunicorn.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createX8664Cpu } from '../../src/cpu/x86-64/cpu.ts';
import { AddressSpace } from '../../src/memory/address-space.ts';
import { READ_EXECUTE, READ_WRITE } from '../../src/memory/mapping.ts';

const CODE = -0x3fdff000;
const DATA = -0x777fc0000000;
const STACK = DATA + 0x3000;

/** mov, add, mov, xor, shr, lea, and, test, dec, jne; ret. rdi: rounds, rsi: memory. */
const LOOP = Buffer.from('488b064801d048890631c2c1ea03488d4c50044821c885c948ffcf75e4c3', 'hex');

function ours(rounds: number): { instructions: number; seconds: number } {
  const memory = new AddressSpace();
  memory.map(CODE, Uint8Array.from(LOOP), READ_EXECUTE, 'code');
  memory.map(DATA, new Uint8Array(0x4000), READ_WRITE, 'data');
  const cpu = createX8664Cpu(memory, () => 0n);
  cpu.writeRegister('rsp', BigInt(STACK));
  cpu.call(CODE, [rounds / 100, DATA]);
  const before = cpu.instructions;
  const start = process.cpuUsage();
  cpu.call(CODE, [rounds, DATA]);
  const { user, system } = process.cpuUsage(start);
  return { instructions: cpu.instructions - before, seconds: (user + system) / 1e6 };
}

/** Seconds in Unicorn; undefined when it cannot be built or run. */
function unicorn(rounds: number): number | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'kobox-bench-cpu-'));
  const program = join(directory, 'cpu-unicorn');
  try {
    const built = spawnSync('cc', ['-O1', '-o', program, 'test/bench/cpu-unicorn.c', '-l:libunicorn.so.2']);
    if (built.status !== 0) return undefined;
    const { stdout, status } = spawnSync(program, [String(rounds)], { input: LOOP });
    return status === 0 ? Number(stdout.toString()) : undefined;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const rounds = Number(process.argv[2] ?? 10_000_000);
const { instructions, seconds } = ours(rounds);
const rate = instructions / seconds / 1e6;
console.log(`emulated CPU: ${instructions} instructions in ${seconds.toFixed(2)} s, ${rate.toFixed(1)} million/s`);
const theirs = unicorn(rounds);
if (theirs === undefined) console.log('Unicorn: not here');
else {
  const ratio = (seconds / theirs).toFixed(1);
  console.log(`Unicorn: ${theirs.toFixed(2)} s, ${(instructions / theirs / 1e6).toFixed(1)} million/s; ratio ${ratio}`);
}
