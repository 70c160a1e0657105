import type { CauseRule, Diagnosis } from '../diagnosis.ts';
import { type UndefinedSymbol, undefinedSymbols } from '../undefined-symbols.ts';
import type { Cause } from '../verdict.ts';
import { buildOf, crcWord, listWords } from '../words.ts';

/** CRCs of single symbols differ, by provider; surfaced by insmod as "Invalid parameters". */
export const symbolVersion: CauseRule = (diagnosis) => {
  const { stage, info, kernel } = diagnosis;
  if (stage !== 'simplify_symbols' || info?.index.vers === 0 || kernel.profile.config('MODVERSIONS') !== 'y') return [];
  const differing = undefinedSymbols(diagnosis).filter(
    ({ found, wanted }) => found?.crc !== undefined && found.crc !== wanted,
  );
  const providers = new Set(differing.map(({ found }) => found!.owner?.name));
  return [...providers].map((provider) =>
    explain(
      diagnosis,
      provider,
      differing.filter(({ found }) => found!.owner?.name === provider),
    ),
  );
};

function explain(diagnosis: Diagnosis, provider: string | undefined, symbols: readonly UndefinedSymbol[]): Cause {
  const { kernel } = diagnosis;
  const where = provider === undefined ? `kernel ${kernel.profile.release}` : `module ${provider}`;
  const reason =
    `The module and ${where} disagree about ${symbols.length === 1 ? 'a symbol version' : `${symbols.length} symbol versions`}: ` +
    `${listWords(symbols.map(describe))}. This is not a wrong module parameter, although insmod calls it "Invalid parameters".`;
  return { id: 'symbol-version', reason, next: advice(diagnosis, provider, symbols) };
}

function describe({ name, wanted, found }: UndefinedSymbol): string {
  const expected = wanted === undefined ? 'the module has no version for it' : `the module wants ${crcWord(wanted)}`;
  return `${name} (${expected}, there it is ${crcWord(found!.crc!)})`;
}

function advice(
  { kernel, world }: Diagnosis,
  provider: string | undefined,
  symbols: readonly UndefinedSymbol[],
): string {
  const unversioned = symbols.every(({ wanted }) => wanted === undefined);
  const { release } = kernel.profile;
  if (provider === undefined && unversioned)
    return `It was built without the kernel's Module.symvers: rebuild it with the whole headers of ${release}, and mind modpost's warnings.`;
  if (provider === undefined) {
    const has = world.kernels.filter((other) =>
      symbols.every(({ name, wanted }) => other.exports.find(name)?.crc === wanted),
    );
    const hint =
      has.length > 0 ? ` ${listWords(has.map((other) => other.release))} has the versions that it wants.` : '';
    return `Rebuild the module with the headers of exactly this build of ${buildOf(kernel.profile)}.${hint}`;
  }
  if (unversioned) {
    return `Rebuild the module with KBUILD_EXTRA_SYMBOLS=<directory of ${provider}>/Module.symvers, so that it learns ${provider}'s versions.`;
  }
  return `${provider} was rebuilt since: rebuild this module with KBUILD_EXTRA_SYMBOLS=<directory of ${provider}>/Module.symvers, and deliver both together.`;
}
