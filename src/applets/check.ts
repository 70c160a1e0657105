import { SetChecker } from '../check/check-set.ts';
import { type KnownModule, knowModule, ModuleSet, type ModuleSource } from '../check/module-set.ts';
import { parseJsonReport } from '../check/report/json.ts';
import type { Verdict } from '../check/verdict.ts';
import { bootKernel } from '../kernel/boot.ts';
import { skippingRunner } from '../kernel/skipping-runner.ts';
import type { KernelProfile } from '../profile/kernel-profile.ts';
import { machineVerifier } from '../state/machine-verifier.ts';
import { listReleases, openRelease } from '../state/root-profiles.ts';
import type { Applet, AppletContext } from './applet.ts';
import { fileSource, treeSources } from './check/module-sources.ts';
import { LINE, shardOf } from './check/options.ts';
import { writeReport } from './check/report.ts';
import { optionText, type ParsedWords } from './command-line/getopt.ts';
import { InputError } from './command-line/input-error.ts';
import { readWords } from './command-line/read-words.ts';
import { requireFile } from './command-line/require-file.ts';
import { runningRelease } from './machine/running-release.ts';
import { toByteString } from './output/byte-string.ts';

/** Exit status when nothing could be told at all. */
const COULD_NOT_TELL = 2;

/** `check`: will these modules load on that kernel, and if not, why. */
export const check: Applet = {
  name: 'check',
  failure: COULD_NOT_TELL,
  async run(context) {
    const words = await readWords(context, LINE, context.argv, [0, Number.POSITIVE_INFINITY]);
    if (words === undefined) return 0;
    return words.options['merge'] ? merge(context, words) : checkModules(context, words);
  },
};

async function checkModules(context: AppletContext, words: ParsedWords): Promise<number> {
  const release = optionText(words, 'kernel') ?? runningRelease(context.options.root);
  const profile = openRelease(context.options.root, release);
  const { targets, modules } = await gather(context, words);
  const checker = new SetChecker({
    newKernel: kernelMaker(context, words, profile),
    modules,
    kernels: otherKernels(context, release),
    args: toByteString(optionText(words, 'args') ?? ''),
  });
  const verdicts: Verdict[] = [];
  const { index, count } = shardOf(words);
  for (const [at, target] of targets.entries()) if (at % count === index) verdicts.push(await checker.check(target));
  return writeReport(context, words, release, verdicts);
}

/** What is to be checked, and all that it may need. */
async function gather(
  context: AppletContext,
  words: ParsedWords,
): Promise<{ targets: KnownModule[]; modules: ModuleSet }> {
  const tree = optionText(words, 'tree');
  const files = words.operands.map((file) => fileSource(context.cwd, file));
  const treeFiles = tree === undefined ? [] : treeSources(context.cwd, tree);
  if (files.length + treeFiles.length === 0)
    throw new InputError("name module files, or a module tree with --tree; see 'kobox check --help'");
  const own = await knowAll(files);
  const known = await knowAll(treeFiles);
  const modules = new ModuleSet();
  modules.add(own);
  modules.add(known);
  return { targets: own.length > 0 ? own : known, modules };
}

/** One after the other, so that no more than one file stands in memory. */
async function knowAll(sources: readonly ModuleSource[]): Promise<KnownModule[]> {
  const known: KnownModule[] = [];
  for (const source of sources) known.push(await knowOrName(source));
  return known;
}

/** A file that cannot be read is a module of which nothing is known: its check says so. */
async function knowOrName(source: ModuleSource): Promise<KnownModule> {
  try {
    return await knowModule(source);
  } catch {
    return { name: source.file, depends: [], source };
  }
}

function kernelMaker({ options }: AppletContext, words: ParsedWords, profile: KernelProfile) {
  const commandLine = toByteString(optionText(words, 'cmdline') ?? '');
  const verifySignature = machineVerifier(options.root);
  return () =>
    Object.assign(
      bootKernel(profile, commandLine, skippingRunner, () => 0),
      { verifySignature },
    );
}

function otherKernels({ options }: AppletContext, release: string): KernelProfile[] {
  return listReleases(options.root).flatMap((other) => (other === release ? [] : [openRelease(options.root, other)]));
}

async function merge(context: AppletContext, words: ParsedWords): Promise<number> {
  if (words.operands.length === 0) throw new InputError('--merge: name the JSON reports of the shards');
  const reports = words.operands.map((file) => readReport(context, file));
  const kernels = [...new Set(reports.map(({ kernel }) => kernel))].join(', ');
  const verdicts = reports.flatMap((report) => report.verdicts).sort((a, b) => (a.file < b.file ? -1 : 1));
  return writeReport(context, words, kernels, verdicts);
}

function readReport(context: AppletContext, file: string) {
  try {
    return parseJsonReport(new TextDecoder().decode(requireFile(context, file)));
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${file}: not a report of kobox check --json`);
  }
}
