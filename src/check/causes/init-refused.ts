import { errnoName, strerror } from '../../abi/errno.ts';
import type { CauseRule } from '../diagnosis.ts';

/** The loader was content; the module's own init gave an error. */
export const initRefused: CauseRule = ({ stage, errno, info }) =>
  stage === undefined && info && errno !== 0
    ? [
        {
          id: 'init-refused',
          reason: `The kernel accepted the module; its own init function returned -${errno} (${errnoName(errno) ?? 'unknown'}: ${strerror(errno)}).`,
          next: "Look at the last lines of the log: they are the module's own. Often a device that is not there.",
        },
      ]
    : [];
