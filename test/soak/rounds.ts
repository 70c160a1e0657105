/** Loads and unloads a module again and again on one root and says what the state has grown to: `rounds.ts [COUNT]`. */
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { initModule } from '../../src/kernel/syscalls.ts';
import { deleteModule } from '../../src/kernel/unload.ts';
import { changeMachine } from '../../src/state/machine.ts';
import { newRoot, removeRoot } from '../state/state-support.ts';

const count = Number(process.argv[2] ?? 10_000);
const image = new Uint8Array(readFileSync(join(import.meta.dirname, '../../samples/parameters/parameters.ko')));
const root = newRoot();
rmSync(root, { recursive: true });

function size(): { files: number; bytes: number } {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' });
  const sizes = names.map((name) => statSync(join(root, name))).filter((found) => found.isFile());
  return { files: sizes.length, bytes: sizes.reduce((sum, found) => sum + found.size, 0) };
}

const options = { root, init: 'skip' } as const;
for (let round = 1; round <= count; round++) {
  await changeMachine(options, (kernel) => initModule(kernel, image, 'a_charp=soak', { uid: 0 }));
  await changeMachine(options, (kernel) => deleteModule(kernel, 'parameters', 0));
  if (round === 1 || round === count || round % Math.ceil(count / 10) === 0) {
    const { files, bytes } = size();
    console.log(
      `${round} rounds: ${files} files, ${bytes} bytes, ${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB`,
    );
  }
}
removeRoot(root);
