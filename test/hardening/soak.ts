import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeGuestRunner } from '../../src/applets/guest-runner.ts';
import type { Kernel } from '../../src/kernel/kernel.ts';
import { deleteModule, initModule } from '../../src/kernel/syscalls.ts';
import { O_NONBLOCK } from '../../src/kernel/unload.ts';
import { setReleaseToBoot, storeProfile } from '../../src/profile/root-profiles.ts';
import { changeMachine, readMachine } from '../../src/state/machine.ts';

const RELEASE = '6.1.0-56-amd64';
const ROOT = { uid: 0 };
const SAMPLES = ['hello/hello', 'math/math', 'parameters/parameters'].map((name) => ({
  name: name.slice(name.indexOf('/') + 1),
  image: new Uint8Array(readFileSync(`samples/${name}.ko`)),
}));
/** A log that was full may be this much longer: records differ in length. */
const SLACK = 1.1;

/** What a root and this process hold. */
interface Size {
  readonly files: number;
  readonly bytes: number;
  readonly heap: number;
  readonly log: number;
}

function sizeOf(root: string): Size {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).map((name) => join(root, name));
  const files = paths.map((path) => statSync(path, { throwIfNoEntry: false })).filter((found) => found?.isFile());
  globalThis.gc?.();
  return {
    files: files.length,
    bytes: files.reduce((sum, found) => sum + (found?.size ?? 0), 0),
    heap: Math.round(process.memoryUsage().heapUsed / 2 ** 20),
    log: readMachine({ root }).log.length,
  };
}

function expectDone(what: string, errno: number): void {
  if (errno !== 0) throw new Error(`${what}: errno ${errno}`);
}

/** One round: a sample in and out, each a command of its own; the next round takes the next one. */
async function round(number: number, change: (work: (kernel: Kernel) => void) => Promise<void>): Promise<void> {
  const { name, image } = SAMPLES[number % SAMPLES.length]!;
  await change((kernel) => expectDone(`insmod ${name}`, initModule(kernel, image, '', ROOT)));
  await change((kernel) => expectDone(`rmmod ${name}`, deleteModule(kernel, name, O_NONBLOCK, ROOT)));
}

/** `soak.ts [ROUNDS]`: nothing on the root grows but the log, and that no further than its ring. */
async function main(rounds: number): Promise<number> {
  const root = mkdtempSync(join(tmpdir(), 'kobox-soak-'));
  storeProfile(root, RELEASE, readFileSync(`src/profile/default/${RELEASE}.kernel`));
  setReleaseToBoot(root, RELEASE);
  const options = { root, init: 'run' as const, makeRunner: () => makeGuestRunner() };
  const change = (work: (kernel: Kernel) => void) => changeMachine(options, work);
  await change((kernel) => kernel.log.splice(0));
  const start = performance.now();
  const sizes: Size[] = [];
  for (let done = 1; done <= rounds; done++) {
    await round(done, change);
    if (done % Math.ceil(rounds / 5) !== 0) continue;
    sizes.push(sizeOf(root));
    const { files, bytes, heap, log } = sizes.at(-1)!;
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    console.log(`${done} rounds, ${seconds} s: ${files} files, ${bytes} bytes, log ${log} records, heap ${heap} MB`);
  }
  rmSync(root, { recursive: true });
  const [before, last] = [sizes.at(-2)!, sizes.at(-1)!];
  const isFull = last.log <= before.log * SLACK;
  const steady = last.files === before.files && (!isFull || last.bytes <= before.bytes * SLACK);
  console.log(steady ? 'nothing grows' : 'FAILED: the root grows');
  return steady ? 0 : 1;
}

process.exitCode = await main(Number(process.argv[2] ?? 10_000));
