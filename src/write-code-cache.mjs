/** A thread of build.mjs: runs commands of the bundle, then writes V8's code cache with what they compiled. */
import { readFileSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';
import { workerData } from 'node:worker_threads';

const { bundle, cache, commands, root } = workerData;
const script = new Script(Module.wrap(readFileSync(bundle, 'latin1')), { filename: bundle });
const module = { exports: {} };
script.runInThisContext()(module.exports, createRequire(bundle), module, bundle, dirname(bundle));
for (const words of commands) await module.exports.main(silentHost(words));
writeFileSync(cache, script.createCachedData());

function silentHost(words) {
  const output = { isTTY: false, columns: 80, write: () => undefined, writeBytes: () => undefined };
  const env = { KOBOX_ROOT: root };
  return { programName: 'kobox', words, env, cwd: root, stdin: () => new Uint8Array(), stdout: output, stderr: output };
}
