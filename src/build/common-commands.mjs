import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const hello = fileURLToPath(new URL('../../samples/hello/hello.ko', import.meta.url));
const profiles = fileURLToPath(new URL('../profile/default', import.meta.url));

/** Common commands: their pieces share files, and the caches hold the functions that they run compiled. */
const COMMON = [
  ['--help'],
  ['depmod', '-a'],
  ['lsmod'],
  ['insmod', hello],
  ['lsmod'],
  ['dmesg', '-r'],
  ['rmmod', 'hello'],
  ['--init', 'skip', 'insmod', hello],
  ['insmod', 'missing.ko'],
  ['check', hello],
  ['modprobe', '-D', 'hello'],
  ['modprobe', '-R', 'pci:v'],
  ['modinfo', 'hello'],
  ['modinfo', hello],
];

/** Runs the common commands one after the other on one machine. `load`: gives the program; `done`: is told of each. */
export async function runCommonCommands(load, done = () => undefined) {
  const root = layOutTree();
  for (const words of COMMON) {
    const { main } = load();
    if (existsSync(hello) || !words.includes(hello)) await main(silentHost(words, root));
    done(words);
  }
  rmSync(root, { recursive: true, force: true });
}

/** A state root with a module tree that knows one module, so that reading indexes is compiled too. */
function layOutTree() {
  const root = mkdtempSync(join(tmpdir(), 'kobox-build-'));
  const [profile] = readdirSync(profiles).filter((file) => file.endsWith('.kernel'));
  const modules = join(root, 'lib/modules', basename(profile, '.kernel'));
  mkdirSync(modules, { recursive: true });
  if (existsSync(hello)) copyFileSync(hello, join(modules, 'hello.ko'));
  return root;
}

function silentHost(words, root) {
  const output = { isTTY: false, columns: 80, write: () => undefined, writeBytes: () => undefined };
  const env = { KOBOX_ROOT: root };
  return { programName: 'kobox', words, env, cwd: root, stdin: () => new Uint8Array(), stdout: output, stderr: output };
}
