import type { Kernel } from '../kernel/kernel.ts';
import type { LoadInfo } from '../kernel/load-info.ts';
import type { LoadTrace } from '../kernel/load-trace.ts';
import { initModule } from '../kernel/syscalls.ts';
import { TaskKilled } from '../kernel/task-killed.ts';
import { misspeltParameters } from './causes/parameter.ts';
import { CAUSE_RULES } from './causes/table.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Cause, Verdict } from './verdict.ts';
import { EMPTY_WORLD, type World } from './world.ts';

/** One module to be checked: its name for the answer, its (decompressed) bytes, and the arguments it would get. */
export interface CheckedFile {
  readonly file: string;
  readonly image: Uint8Array;
  /** A byte string. */
  readonly args?: string;
}

/**
 * Loads the module into `kernel` through the whole of init_module and explains what came of it. The kernel keeps the
 * module when it loads, as a kernel does, so that the next one may use its exports.
 */
export function checkModule(kernel: Kernel, checked: CheckedFile, world: World = EMPTY_WORLD): Verdict {
  const start = kernel.nextLogSequence;
  const { errno, stage, info, oopsed } = watchedLoad(kernel, checked);
  const diagnosis: Diagnosis = { kernel, world, image: checked.image, stage, info, errno, logFrom: start };
  const loads = errno === 0 && !oopsed;
  return {
    file: checked.file,
    name: info?.name ?? '',
    loads,
    errno,
    log: kernel.log.filter(({ sequence }) => sequence >= start).map(({ text }) => text),
    causes: oopsed ? [kernelOops(stage)] : loads ? misspeltParameters(diagnosis) : explain(diagnosis),
  };
}

/** What a load came to, and the last that was seen of it. */
export interface WatchedLoad {
  errno: number;
  stage: string | undefined;
  info: LoadInfo | undefined;
  /** The loader itself stumbled over the module, as the real one does. */
  oopsed: boolean;
}

/** init_module(2) as root, watched; the module's own arguments. Survives the death of the calling task. */
export function watchedLoad(kernel: Kernel, { image, args }: CheckedFile): WatchedLoad {
  const seen: WatchedLoad = { errno: 0, stage: undefined, info: undefined, oopsed: false };
  const trace: LoadTrace = {
    passed: (_stage, info) => {
      seen.info = info;
    },
    failed: (stage, info) => Object.assign(seen, { stage, info }),
  };
  try {
    seen.errno = initModule(kernel, image, args ?? '', { uid: 0 }, trace);
  } catch (error) {
    if (!(error instanceof TaskKilled)) throw error;
    seen.oopsed = true;
  }
  return seen;
}

function kernelOops(stage: string | undefined): Cause {
  return {
    id: 'kernel-oops',
    reason: `The module is damaged in a way that the kernel does not check: it crashes over it${stage === undefined ? '' : ` in ${stage}`}.`,
    next: 'Never load this file. Build it again, or get it again from where it came.',
  };
}

/** What every rule has to say; where none has, the stage that refused. */
export function explain(diagnosis: Diagnosis): readonly Cause[] {
  const causes = CAUSE_RULES.flatMap((rule) => rule(diagnosis));
  return causes.length > 0 ? causes : [unexplained(diagnosis)];
}

function unexplained({ stage, errno }: Diagnosis): Cause {
  return {
    id: 'refused',
    reason: `The kernel refused the module with error ${errno}${stage === undefined ? '' : ` in ${stage}`}; its log lines say why.`,
    next: 'Read the lines of the log above.',
  };
}
