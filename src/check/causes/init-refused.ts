import { errnoName, strerror } from '../../abi/errno.ts';
import type { CauseRule, Diagnosis } from '../diagnosis.ts';
import { listWords } from '../words.ts';

/** Lines of the log that are quoted. */
const QUOTED = 3;

/** The loader was content; the module's own init gave an error. */
export const initRefused: CauseRule = (diagnosis) => {
  const { stage, errno, info } = diagnosis;
  if (stage !== undefined || !info || errno === 0) return [];
  return [
    {
      id: 'init-refused',
      reason: `The kernel accepted the module; its own init function returned -${errno} (${errnoName(errno) ?? 'unknown'}: ${strerror(errno)}).${lastLines(diagnosis)}`,
      next: `${ADVICE[errnoName(errno) ?? ''] ?? "Look into the module's init for that error."}${madeUp(diagnosis)}`,
    },
  ];
};

/** What these errors of init usually are. */
const ADVICE: Readonly<Record<string, string>> = {
  ENODEV: 'The hardware that it drives is not there, or another driver holds it: nothing is wrong with the file.',
  EBUSY: 'Something that it registers (a name, a device number, a range of ports) is taken: see what else is loaded.',
  EEXIST: 'Something that it registers by name exists already: see what else is loaded.',
  EINVAL: "Its init did not like a parameter or what the kernel offers: see modinfo -p, and the module's own messages.",
  ENOMEM: 'It asked for more memory than there is: look at sizes that come from parameters.',
};

function lastLines({ kernel, logFrom = 0 }: Diagnosis): string {
  const lines = kernel.log.filter(({ sequence }) => sequence >= logFrom).map(({ text }) => `"${text}"`);
  return lines.length === 0 ? '' : ` The log of this load ends in ${listWords(lines.slice(-QUOTED))}.`;
}

/** Calls that kobox answered without a model of the function. */
function madeUp({ kernel }: Diagnosis): string {
  const names = [...(kernel.runner.stubs?.keys() ?? [])];
  return names.length === 0 ? '' : ` kobox made up the answers of ${listWords(names)}: a real kernel may give others.`;
}
