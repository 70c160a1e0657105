import { errnoNumber, strerror } from '../abi/errno.ts';
import { isErrnoException } from '../host/errno-exception.ts';

/** The state root cannot be used; the message is one line for the user. */
export class StateError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StateError';
  }
}

const ELSEWHERE = 'choose a machine that can be written with --root or KOBOX_ROOT';
const ROOM = 'make room there';
/** Errno → what the user can do. */
const ADVICE = new Map([
  ['EROFS', ELSEWHERE],
  ['EACCES', ELSEWHERE],
  ['EPERM', ELSEWHERE],
  ['ENOSPC', ROOM],
  ['EDQUOT', ROOM],
]);

/**
 * Runs file work on the state root: an errno of the host becomes a StateError that names the path and what to do.
 * `what`: what could not be done.
 */
export function onStateRoot<T>(root: string, work: () => T, what = 'cannot write the state'): T {
  try {
    return work();
  } catch (error) {
    if (!isErrnoException(error)) throw error;
    const words = strerror(errnoNumber(error.code));
    const advice = ADVICE.get(error.code);
    throw new StateError(`${what}: ${placeOf(error) ?? root}: ${words}${advice === undefined ? '' : `; ${advice}`}`);
  }
}

/** The path that was to be made or changed. */
function placeOf(error: NodeJS.ErrnoException & { dest?: string }): string | undefined {
  const place = error.dest ?? error.path;
  return place === undefined ? undefined : String(place);
}
