import { basename, join } from 'node:path';
import { ChunkLoader, type PieceIndex } from './host/chunk-loader.ts';
import type { Program } from './main.ts';

/** What the launchers in bin/ load. The build puts the program's name and the index of its pieces in. */
declare const KOBOX_PROGRAM: string;
declare const KOBOX_PIECES: PieceIndex;
/** The oldest Node that is good enough: `MAJOR.MINOR`. The build takes it from package.json. */
declare const KOBOX_NODE: string;

requireNode(process.versions.node, KOBOX_NODE);

const program = join(__dirname, KOBOX_PROGRAM);
const loader = new ChunkLoader(program, `${program}.cjs`, KOBOX_PIECES, require);
const { main, processHost } = loader.load('main.js') as Program;
main(processHost(basename(process.argv[1] ?? 'kobox'), process.argv.slice(2))).then((status) => {
  // Output is written synchronously; what is left to do otherwise is to take the heap down piece by piece.
  process.exit(status);
});

/** Ends the process by one line where Node is older: most of what is to be loaded is written in words that it does not know. */
function requireNode(found: string, wanted: string): void {
  const [major = 0, minor = 0] = found.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = wanted.split('.').map(Number);
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return;
  process.stderr.write(`kobox: Node ${wanted} or newer is needed, this is ${found}\n`);
  process.exit(1);
}
