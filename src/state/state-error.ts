/** The state root cannot be used; the message is one line for the user. */
export class StateError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StateError';
  }
}

/** Runs file work on the state root: an errno of the host becomes a StateError that names the path. */
export function onStateRoot<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asStateError(error);
  }
}

function asStateError(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return error;
  const words = error.message.replace(/^[A-Z0-9]+: /, '').split(',', 1)[0];
  const place = 'dest' in error ? error.dest : 'path' in error ? error.path : undefined;
  const path = place === undefined ? '' : ` ${String(place)}`;
  return new StateError(`cannot write the state: ${String(error.syscall)}${path}: ${words}`);
}
