import { basename, join } from 'node:path';
import { ChunkLoader, type PieceIndex } from './host/chunk-loader.ts';
import type { Program } from './main.ts';

/** What the launchers in bin/ load. The build puts the program's name and the index of its pieces in. */
declare const KOBOX_PROGRAM: string;
declare const KOBOX_PIECES: PieceIndex;

const program = join(__dirname, KOBOX_PROGRAM);
const loader = new ChunkLoader(program, `${program}.cjs`, KOBOX_PIECES, require);
const { main, processHost } = loader.load('main.js') as Program;
main(processHost(basename(process.argv[1] ?? 'kobox'), process.argv.slice(2))).then((status) => {
  // Output is written synchronously; what is left to do otherwise is to take the heap down piece by piece.
  process.exit(status);
});
