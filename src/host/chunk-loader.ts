import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

/** Piece → the file that it stands in. */
export type PieceIndex = Readonly<Record<string, string>>;

type Piece = (
  exports: object,
  require: (name: string) => unknown,
  module: { exports: object },
  filename: string,
  directory: string,
) => void;

/**
 * Loads the pieces that the build cut the program into, each when it is first asked for. Pieces that the same commands
 * need share a file, which is an object of functions: one is read, with V8's code cache beside it, when the first of its
 * pieces is asked for. A cache that is missing, or that another V8 made, costs some milliseconds and changes nothing.
 */
export class ChunkLoader {
  /** The files read so far, by name: the build makes the caches from them. */
  readonly scripts = new Map<string, Script>();
  readonly #pieces = new Map<string, Readonly<Record<string, Piece>>>();
  readonly #modules = new Map<string, { exports: object }>();
  readonly #directory: string;
  readonly #filename: string;
  readonly #index: PieceIndex;
  readonly #hostRequire: NodeJS.Require;

  /** `directory`: where the files lie. `filename`: what the pieces see as theirs. `hostRequire`: gives all else. */
  constructor(directory: string, filename: string, index: PieceIndex, hostRequire: NodeJS.Require) {
    this.#directory = directory;
    this.#filename = filename;
    this.#index = index;
    this.#hostRequire = hostRequire;
  }

  /** The pieces that were asked for so far. */
  get loaded(): Iterable<string> {
    return this.#modules.keys();
  }

  /** What a piece exports. */
  load(name: string): object {
    const known = this.#modules.get(name);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    this.#modules.set(name, module);
    const run = this.#piecesOf(this.#index[name]!)[name]!;
    run(module.exports, this.#require, module, this.#filename, dirname(this.#filename));
    return module.exports;
  }

  readonly #require = (name: string): unknown =>
    name.startsWith('./') ? this.load(name.slice(2)) : this.#hostRequire(name);

  #piecesOf(file: string): Readonly<Record<string, Piece>> {
    let pieces = this.#pieces.get(file);
    if (pieces === undefined) {
      pieces = this.#compile(file).runInThisContext() as Readonly<Record<string, Piece>>;
      this.#pieces.set(file, pieces);
    }
    return pieces;
  }

  #compile(file: string): Script {
    const path = join(this.#directory, file);
    const cachedData = readIfThere(`${path}.cache`);
    const script = new Script(readFileSync(path, 'latin1'), { filename: path, ...(cachedData && { cachedData }) });
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
