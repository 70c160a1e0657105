import { errnoNumber, strerror } from '../../abi/errno.ts';
import { isErrnoException } from '../../host/errno-exception.ts';
import { ClosedPipe, type Output } from '../../host/output.ts';
import { TaskKilled } from '../../kernel/task-killed.ts';

/** Errors whose message is one line fit for the user. */
const USER_ERRORS: ReadonlySet<string> = new Set([
  'InputError',
  'ProfileError',
  'StateError',
  'UnknownArchitecture',
  'WriteError',
]);

/** Exit status of a command that says nothing else of it. */
const FAILURE = 1;
/** sysexits(3) EX_SOFTWARE: a defect of ours. */
const DEFECT = 70;
/** A shell's status for a program that SIGPIPE ended. */
const BROKEN_PIPE = 141;

/** A shell's status for a program that died in the kernel. */
const KILLED = { SIGKILL: 137, SIGSEGV: 139 } as const;

/**
 * The last line of defence: says what went wrong and gives the exit status, `failure` where input, files or the machine
 * cannot be used. A stack trace stands only with a defect.
 */
export function reportError(error: unknown, name: string, stderr: Output, failure = FAILURE): number {
  if (error instanceof ClosedPipe) return BROKEN_PIPE;
  if (error instanceof TaskKilled) return KILLED[error.signal];
  const text = userText(error);
  if (text !== undefined) {
    stderr.write(`${name}: ${text}\n`);
    return failure;
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  stderr.write(`${name}: this is a defect of kobox, please report it\n${detail}\n`);
  return DEFECT;
}

function userText(error: unknown): string | undefined {
  if (isErrnoException(error)) {
    const words = strerror(errnoNumber(error.code));
    return error.path === undefined ? words : `${error.path}: ${words}`;
  }
  return error instanceof Error && USER_ERRORS.has(error.name) ? error.message : undefined;
}
