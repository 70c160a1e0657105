/** What opening a file costs, as much as reading so many characters of code. */
const FILE_COST = 12_288;

/**
 * Packs pieces into files so that the common commands together have the least to read: two files become one as long as
 * that saves more openings than it costs in code that some command reads and does not need.
 *
 * `users`: piece → the commands that load it. `sizes`: piece → its characters of code. Gives a list of pieces a file.
 */
export function pack(users, sizes) {
  const files = [...users].map(([piece, commands]) => ({ pieces: [piece], commands, size: sizes.get(piece) }));
  for (;;) {
    const { a, b } = bestMerge(files);
    if (a === undefined) return files.map(({ pieces }) => pieces);
    a.pieces.push(...b.pieces);
    a.commands = new Set([...a.commands, ...b.commands]);
    a.size += b.size;
    files.splice(files.indexOf(b), 1);
  }
}

/** The two files that gain most by being one; empty when none do. */
function bestMerge(files) {
  let best = { saved: 0 };
  for (const [at, a] of files.entries()) {
    for (const b of files.slice(at + 1)) {
      const saved = savedByMerging(a, b);
      if (saved > best.saved) best = { saved, a, b };
    }
  }
  return best;
}

/** In characters of code, over all commands. */
function savedByMerging(a, b) {
  const both = [...a.commands].filter((words) => b.commands.has(words)).length;
  return both * FILE_COST - (b.commands.size - both) * a.size - (a.commands.size - both) * b.size;
}
