import { readFileSync } from 'node:fs';
import { createKernel } from '../../src/kernel/create-kernel.ts';
import type { Kernel } from '../../src/kernel/kernel.ts';
import type { LoadInfo } from '../../src/kernel/load-info.ts';
import type { LoadTrace } from '../../src/kernel/load-trace.ts';
import { skippingRunner } from '../../src/kernel/skipping-runner.ts';
import { deleteModule, initModule } from '../../src/kernel/syscalls.ts';
import { O_TRUNC } from '../../src/kernel/unload.ts';
import type { KernelProfile } from '../../src/profile/kernel-profile.ts';
import { dependencyOrder, findModuleFiles } from './module-files.ts';
import { countModversions, type ModversionCounts, noModversions } from './modversions.ts';
import { layoutDifferences, type RealLayout } from './real-layout.ts';

/** What came of loading a whole module tree. */
export interface TreeReport {
  readonly modules: number;
  readonly loaded: number;
  /** Modules whose signature a trusted key made. */
  readonly verified: number;
  readonly modversions: ModversionCounts;
  readonly unknownSymbols: number;
  readonly crcMismatches: number;
  readonly relocationErrors: number;
  /** Modules whose layout was compared, and every difference. */
  readonly compared: number;
  readonly differences: readonly string[];
  /** Refused modules: path, errno, last log line. */
  readonly refused: readonly string[];
  /** Time in init_module, in milliseconds, and the slowest modules. */
  readonly milliseconds: number;
  readonly slowest: readonly string[];
}

/** What the log says of each kind of failure. */
const COUNTED = {
  unknownSymbols: /Unknown symbol/,
  crcMismatches: /disagrees about version|no symbol version/,
  relocationErrors: /relocation/,
} as const;

/**
 * Loads every module below `root` in dependency order, without running its code. Modules that nobody needs leave
 * again, as the module area of the real machine would not hold all of them.
 */
export function loadTree(
  root: string,
  profile: KernelProfile,
  layouts: ReadonlyMap<string, RealLayout>,
  verifySignature?: Kernel['verifySignature'],
): TreeReport {
  const files = dependencyOrder(findModuleFiles(root));
  const needed = new Set(files.flatMap(({ depends }) => depends));
  const kernel = createKernel(profile, skippingRunner, () => 0, { logBufferLength: 2 ** 30 });
  if (verifySignature) kernel.verifySignature = verifySignature;
  const refused: string[] = [];
  const differences: string[] = [];
  const times: { readonly name: string; readonly time: number }[] = [];
  const modversions = noModversions();
  let compared = 0;
  let verified = 0;
  const trace = onPassed({
    module_sig_check: (info) => {
      if (info.signatureOk) verified++;
    },
    simplify_symbols: (info) => countModversions(modversions, kernel, info),
    mod_sysfs_setup: ({ module }) => {
      const real = layouts.get(module.name);
      if (!real) return;
      compared++;
      differences.push(...layoutDifferences(module, real));
    },
  });
  for (const file of files) {
    const image = new Uint8Array(readFileSync(file.path));
    const start = performance.now();
    const errno = initModule(kernel, image, '', { uid: 0 }, trace);
    times.push({ name: file.name, time: performance.now() - start });
    if (errno !== 0) refused.push(`${file.path}: errno ${errno}: ${kernel.log.at(-1)?.text ?? ''}`);
    else if (!needed.has(file.name)) deleteModule(kernel, file.name, O_TRUNC, { uid: 0 });
  }
  return {
    modules: files.length,
    loaded: files.length - refused.length,
    verified,
    modversions,
    ...countLog(kernel),
    compared,
    differences,
    refused,
    milliseconds: times.reduce((sum, { time }) => sum + time, 0),
    slowest: slowest(times),
  };
}

/** Calls what stands under a stage's name when that is passed. */
function onPassed(watchers: Readonly<Record<string, (info: LoadInfo) => void>>): LoadTrace {
  return { passed: (stage, info) => watchers[stage]?.(info), failed: () => undefined };
}

function countLog(kernel: Kernel): Record<keyof typeof COUNTED, number> {
  const count = (pattern: RegExp): number => kernel.log.filter(({ text }) => pattern.test(text)).length;
  return {
    unknownSymbols: count(COUNTED.unknownSymbols),
    crcMismatches: count(COUNTED.crcMismatches),
    relocationErrors: count(COUNTED.relocationErrors),
  };
}

function slowest(times: readonly { readonly name: string; readonly time: number }[]): string[] {
  const sorted = [...times].sort((a, b) => b.time - a.time).slice(0, 5);
  return sorted.map(({ name, time }) => `${name} ${time.toFixed(0)} ms`);
}
