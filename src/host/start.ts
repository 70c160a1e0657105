import { basename, join } from 'node:path';
import type { Program } from '../main.ts';
import { ChunkLoader } from './chunk-loader.ts';

/** What the launchers in bin/ load. The build puts the program's name in. */
declare const KOBOX_PROGRAM: string;

const program = join(__dirname, KOBOX_PROGRAM);
const { main, processHost } = new ChunkLoader(program, `${program}.cjs`).load('main.js') as Program;
main(processHost(basename(process.argv[1] ?? 'kobox'), process.argv.slice(2))).then((status) => {
  process.exitCode = status;
});
