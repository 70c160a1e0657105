import { readFileSync } from 'node:fs';
import { makeGuestRunner } from '../../src/applets/machine/guest-runner.ts';
import { createKernel } from '../../src/kernel/create-kernel.ts';
import type { Kernel } from '../../src/kernel/kernel.ts';
import { deleteModule, initModule } from '../../src/kernel/syscalls.ts';
import type { Session } from '../../src/kernel-api/core/session.ts';
import type { GuestRunner } from '../../src/kernel-api/runner.ts';
import { readFile, writeFile } from '../../src/kernel-api/vfs/file-io.ts';
import { O } from '../../src/kernel-api/vfs/file-object.ts';
import { closeFile, openFile } from '../../src/kernel-api/vfs/open-file.ts';
import { openDefaultProfile } from '../../src/profile/open-profile.ts';

export const profile = openDefaultProfile();

/** A machine whose modules run. */
export interface GuestMachine {
  readonly kernel: Kernel;
  readonly runner: GuestRunner;
}

/** A machine that has just booted. */
export function bootMachine(): GuestMachine {
  const runner = makeGuestRunner();
  return { kernel: createKernel(profile, runner, () => 0), runner };
}

/** insmod of one of the test's modules: the errno. */
export function insmod({ kernel }: GuestMachine, name: string): number {
  const file = new URL(`modules/${name}.ko`, import.meta.url);
  return initModule(kernel, new Uint8Array(readFileSync(file)), '', { uid: 0 });
}

/** rmmod: the errno. */
export function rmmod({ kernel }: GuestMachine, name: string): number {
  return deleteModule(kernel, name, 0, { uid: 0 });
}

/** What the log holds since the last look, without the loader's own taint lines. */
export function newLines({ kernel }: GuestMachine): string[] {
  const lines = kernel.log.splice(0).map(({ text }) => text);
  return lines.filter((line) => !/taints kernel|module verification failed/.test(line));
}

/** Does something in the kernel as a command does. */
export function inKernel<T>({ kernel, runner }: GuestMachine, work: (session: Session) => T): T {
  return runner.run(kernel, work);
}

/** cat: the contents, or the negative errno of open or read. */
export function cat(machine: GuestMachine, path: string): string | number {
  return inKernel(machine, (session) => {
    const file = openFile(session, path, O.RDONLY);
    if (typeof file === 'number') return file;
    let text = '';
    let part = readFile(session, file, 4096);
    for (; part !== '' && typeof part === 'string'; part = readFile(session, file, 4096)) text += part;
    closeFile(session, file);
    return typeof part === 'number' ? part : text;
  });
}

/** One write(2): the bytes taken, or a negative errno. */
export function write(machine: GuestMachine, path: string, text: string): number {
  return inKernel(machine, (session) => {
    const file = openFile(session, path, O.WRONLY);
    if (typeof file === 'number') return file;
    const taken = writeFile(session, file, text);
    closeFile(session, file);
    return taken;
  });
}
