import type { Kernel } from '../kernel/kernel.ts';
import type { LoadInfo } from '../kernel/load-info.ts';
import { initModule } from '../kernel/syscalls.ts';
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
  let stage: string | undefined;
  let info: LoadInfo | undefined;
  const logStart = kernel.nextLogSequence;
  const errno = initModule(
    kernel,
    checked.image,
    checked.args ?? '',
    { uid: 0 },
    {
      passed: (_stage, at) => {
        info = at;
      },
      failed: (at, load) => {
        stage = at;
        info = load;
      },
    },
  );
  const diagnosis: Diagnosis = { kernel, world, image: checked.image, stage, info, errno };
  return {
    file: checked.file,
    name: info?.name ?? '',
    loads: errno === 0,
    errno,
    log: kernel.log.filter(({ sequence }) => sequence >= logStart).map(({ text }) => text),
    causes: errno === 0 ? misspeltParameters(diagnosis) : explain(diagnosis),
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
