import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { makeGuestRunner } from '../../src/applets/machine/guest-runner.ts';
import type { Kernel } from '../../src/kernel/kernel.ts';
import { deleteModule, initModule } from '../../src/kernel/syscalls.ts';
import { O_NONBLOCK } from '../../src/kernel/unload.ts';
import { changeMachine, readMachine } from '../../src/state/machine.ts';
import { setReleaseToBoot, storeProfile } from '../../src/state/root-profiles.ts';
import { Machine } from './machine.ts';

const RELEASE = '6.1.0-56-amd64';
const ROOT = { uid: 0 };
const SAMPLES = ['hello/hello', 'math/math', 'parameters/parameters'].map((name) => ({
  name: name.slice(name.indexOf('/') + 1),
  path: `samples/${name}.ko`,
  image: new Uint8Array(readFileSync(`samples/${name}.ko`)),
}));
/** The run is looked at this often. */
const LOOKS = 10;
/** One round in so many is made of whole processes. */
const PROCESS_SHARE = 50;
/** A ring that was full may be this much fuller: records differ in length. */
const SLACK = 1.05;
/** A round may take this much longer in the end than when the ring was full first: others use the machine too. */
const SLOWER = 1.5;
/** Heap that is no growth, MB. */
const HEAP_SLACK = 8;

/** What a root and this process hold, and what a round takes. */
interface Look {
  readonly files: number;
  readonly bytes: number;
  readonly heap: number;
  readonly records: number;
  /** Bytes that the log takes of its ring, and how large that is. */
  readonly ring: number;
  readonly room: number;
  /** Processor time of a round of this process since the last look, ms. */
  readonly round: number;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function lookAt(root: string, round: number): Look {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).map((name) => join(root, name));
  const files = paths.map((path) => statSync(path, { throwIfNoEntry: false })).filter((found) => found?.isFile());
  const { log, logBufferLength } = readMachine({ root });
  collectGarbage();
  return {
    files: files.length,
    bytes: files.reduce((sum, found) => sum + (found?.size ?? 0), 0),
    heap: process.memoryUsage().heapUsed / 2 ** 20,
    records: log.length,
    ring: log.reduce((sum, { space }) => sum + space, 0),
    room: logBufferLength,
    round,
  };
}

function expectDone(what: string, status: number | string): void {
  if (status !== 0) throw new Error(`${what}: ${status}`);
}

/** One round: a sample in and out, each a command of its own; the next round takes the next one. */
async function round(number: number, change: (work: (kernel: Kernel) => void) => Promise<void>): Promise<void> {
  const { name, image } = SAMPLES[number % SAMPLES.length]!;
  await change((kernel) => expectDone(`insmod ${name}`, initModule(kernel, image, '', ROOT)));
  await change((kernel) => expectDone(`rmmod ${name}`, deleteModule(kernel, name, O_NONBLOCK, ROOT)));
}

/** The same as processes. */
function roundOfProcesses(number: number, machine: Machine): void {
  const { name, path } = SAMPLES[number % SAMPLES.length]!;
  const env = { KOBOX_INIT: 'run' };
  expectDone(`insmod ${path}`, machine.run(['insmod', path], env).status);
  expectDone(`rmmod ${name}`, machine.run(['rmmod', name], env).status);
}

/** What grew though the ring was full already. */
function growth(looks: readonly Look[]): string[] {
  const last = looks.at(-1)!;
  const full = looks.find(({ ring, room }) => ring > room / SLACK) ?? looks.at(-2)!;
  const isFull = last.ring > last.room / SLACK;
  const grown = {
    'the log beyond its ring': last.ring > last.room,
    files: last.files > full.files,
    bytes: isFull && last.bytes > full.bytes * SLACK,
    heap: isFull && last.heap > full.heap + HEAP_SLACK,
    'time of a round': isFull && last.round > full.round * SLOWER,
  };
  return Object.entries(grown).flatMap(([what, grew]) => (grew ? [what] : []));
}

/** `soak.ts [ROUNDS]`: nothing on the root grows but the log, and that no further than its ring (`log_buf_len`). */
async function main(rounds: number): Promise<number> {
  const machine = new Machine();
  const { root } = machine;
  storeProfile(root, RELEASE, readFileSync(`src/profile/default/${RELEASE}.kernel`));
  setReleaseToBoot(root, RELEASE);
  const options = { root, init: 'run' as const, makeRunner: () => makeGuestRunner() };
  const change = (work: (kernel: Kernel) => void) => changeMachine(options, work);
  await change((kernel) => kernel.log.splice(0));
  const every = Math.ceil(rounds / LOOKS);
  const looks: Look[] = [];
  let before = process.cpuUsage();
  for (let done = 1; done <= rounds; done++) {
    if (done % PROCESS_SHARE === 0) roundOfProcesses(done, machine);
    else await round(done, change);
    if (done % every !== 0) continue;
    const { user, system } = process.cpuUsage(before);
    looks.push(lookAt(root, (user + system) / 1000 / every));
    console.log(`${String(done).padStart(6)} rounds: ${describe(looks.at(-1)!)}`);
    before = process.cpuUsage();
  }
  machine.remove();
  const grown = growth(looks);
  console.log(grown.length === 0 ? 'nothing grows' : `FAILED: grows: ${grown.join(', ')}`);
  return grown.length === 0 ? 0 : 1;
}

function describe({ files, bytes, heap, records, ring, room, round: time }: Look): string {
  const log = `log ${records} records, ${ring} of ${room} bytes`;
  return `${files} files, ${(bytes / 2 ** 20).toFixed(2)} MB, ${log}; heap ${heap.toFixed(1)} MB; a round ${time.toFixed(1)} ms`;
}

process.exitCode = await main(Number(process.argv[2] ?? 10_000));
