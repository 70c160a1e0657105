import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { errnoNumber } from '../../src/abi/errno.ts';
import { MAX_ERRNO } from '../../src/abi/negative-errno.ts';
import { makeGuestRunner } from '../../src/applets/machine/guest-runner.ts';
import type { Kernel } from '../../src/kernel/kernel.ts';
import { deleteModule, finitModule, initModule } from '../../src/kernel/syscalls.ts';
import { O_NONBLOCK } from '../../src/kernel/unload.ts';
import { changeMachine } from '../../src/state/machine.ts';

/** Where the calls are made. */
export interface CallPlace {
  readonly root: string;
  readonly cwd: string;
  readonly uid: number;
}

/**
 * The raw system calls: `init FILE [ARGS]`, `finit FILE [ARGS [FLAGS]]`, `delete NAME [FLAGS]`. Gives 0 or the errno.
 */
export async function modsys(
  [call = '', subject = '', ...words]: readonly string[],
  place: CallPlace,
): Promise<number> {
  const { root, cwd, uid } = place;
  const caller = { uid };
  if (call !== 'delete' && statSync(resolve(cwd, subject)).isDirectory()) return errnoNumber('EINVAL');
  const image = () => readFileSync(resolve(cwd, subject));
  const args = () => Buffer.from(words[0] ?? '', 'utf8').toString('latin1');
  const calls: Readonly<Record<string, (kernel: Kernel) => number>> = {
    init: (kernel) => initModule(kernel, image(), args(), caller),
    finit: (kernel) => finitModule(kernel, image(), args(), Number(words[1] ?? 0), caller),
    delete: (kernel) => deleteModule(kernel, subject, Number(words[0] ?? O_NONBLOCK), caller),
  };
  const options = { root, init: 'run' as const, comm: 'modsys', makeRunner: () => makeGuestRunner() };
  const errno = await changeMachine(options, (kernel) => calls[call]!(kernel));
  return errno > MAX_ERRNO ? 0 : errno;
}
