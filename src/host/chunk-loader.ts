import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

/**
 * Loads the pieces that the build cut the program into, each when it is first asked for, from V8's code cache beside it.
 * A cache that is missing, or that another V8 made, costs some milliseconds and changes nothing.
 */
export class ChunkLoader {
  /** What has been loaded, by file name: the build makes the caches from it. */
  readonly scripts = new Map<string, Script>();
  readonly #modules = new Map<string, { exports: object }>();
  readonly #directory: string;
  readonly #filename: string;
  readonly #hostRequire: NodeJS.Require;

  /** `directory`: where the pieces lie. `filename`: what they see as theirs. */
  constructor(directory: string, filename: string) {
    this.#directory = directory;
    this.#filename = filename;
    this.#hostRequire = createRequire(filename);
  }

  /** What a piece exports. */
  load(file: string): object {
    const known = this.#modules.get(file);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    this.#modules.set(file, module);
    const run = this.#compile(file).runInThisContext();
    run(module.exports, this.#require, module, this.#filename, dirname(this.#filename));
    return module.exports;
  }

  readonly #require = (name: string): unknown =>
    name.startsWith('./') ? this.load(name.slice(2)) : this.#hostRequire(name);

  #compile(file: string): Script {
    const path = join(this.#directory, file);
    const cachedData = readIfThere(`${path}.cache`);
    const script = new Script(Module.wrap(readFileSync(path, 'latin1')), {
      filename: path,
      ...(cachedData && { cachedData }),
    });
    this.scripts.set(file, script);
    return script;
  }
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
