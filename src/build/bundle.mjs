import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { build, transform } from 'esbuild';

/** Packages with a binary of their own: they stay where npm put them. */
const NATIVE = ['@napi-rs/lzma', 'node-liblzma'];

/** Stands for the one assignment by which a piece exports, while esbuild looks at it. */
const EXPORT_AT_ONCE = '__exportAtOnce';

/** What is the same for all that runs in Node. */
const NODE = { platform: 'node', target: 'node20', logOverride: { 'empty-import-meta': 'silent' } };

const TO_ONE = { ...NODE, write: false, bundle: true, external: NATIVE, legalComments: 'none', logLevel: 'warning' };

/** A module and all that it imports as one CommonJS text: its bytes. `target`: the oldest Node that is to read it. */
export async function bundle(entry, define = {}, target = NODE.target) {
  const { outputFiles } = await build({ ...TO_ONE, entryPoints: [entry], define, format: 'cjs', target });
  return outputFiles[0].contents;
}

/** What a TypeScript module of ours exports, for use in the build itself. */
export async function loadSource(path) {
  const module = { exports: {} };
  const code = Buffer.from(await bundle(path)).toString('utf8');
  new Function('module', 'exports', 'require', code)(module, module.exports, createRequire(path));
  return module.exports;
}

/** The pure core as an ES module, for any JavaScript host: its bytes. */
export async function buildLibrary(entry) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    write: false,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2023',
    legalComments: 'none',
    logLevel: 'warning',
  });
  return outputFiles[0].contents;
}

/** Piece → its code: the program cut at its dynamic imports. esbuild cuts ES modules only, so each becomes CommonJS afterwards. */
export async function split(entry) {
  const { outputFiles } = await build({
    ...TO_ONE,
    entryPoints: [entry],
    outdir: '.',
    format: 'esm',
    splitting: true,
    /* Here too, for constants: a module's own stand in the text of those that use them. */
    minifySyntax: true,
    chunkNames: '[name]-[hash]',
  });
  return new Map(
    await Promise.all(outputFiles.map(async ({ path, text }) => [basename(path), await toCommonJs(text)])),
  );
}

/**
 * A piece as CommonJS. What it exports becomes one plain object at its end: esbuild itself would write a getter for each
 * name, which takes longer to set up than the piece takes to run.
 */
async function toCommonJs(text) {
  const { code } = await transform(text.replace(/^export \{\n([^}]*)\};\n$/m, exportAtOnce), {
    ...NODE,
    format: 'cjs',
    minifyWhitespace: true,
    minifySyntax: true,
    /* A vm.Script has no import() of its own. */
    supported: { 'dynamic-import': false },
  });
  if (/^export /m.test(text.replace(/^export \{$/m, ''))) throw new Error('a piece exports in an unknown form');
  return code.replace(`${EXPORT_AT_ONCE}(`, 'module.exports = (').replace(/__toESM\((require\("\.\/[^"]+"\))\)/g, '$1');
}

/** `a, b as c` → `__exportAtOnce({ __esModule: true, a: a, c: b })`. */
function exportAtOnce(_, names) {
  const values = names
    .trim()
    .split(/,\s*/)
    .map((name) => {
      const [local, exported = local] = name.split(' as ');
      return `${exported}: ${local}`;
    });
  return `${EXPORT_AT_ONCE}({ __esModule: true, ${values.join(', ')} });\n`;
}
