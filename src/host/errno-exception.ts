import { type ErrnoName, errnoNumber } from '../abi/errno.ts';

/** What a failed call of node:fs raises. */
export interface ErrnoException extends Error {
  readonly code: ErrnoName;
  readonly path?: string;
}

/** Whether `error` is a system call's failure: it has an errno name that we know. */
export function isErrnoException(error: unknown): error is ErrnoException {
  const code = (error as { code?: unknown } | undefined)?.code;
  return error instanceof Error && typeof code === 'string' && errnoNumber(code as ErrnoName) !== undefined;
}
