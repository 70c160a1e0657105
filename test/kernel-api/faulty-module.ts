import { readFileSync } from 'node:fs';
import { makeGuestRunner } from '../../src/applets/machine/guest-runner.ts';
import { bootKernel } from '../../src/kernel/boot.ts';
import type { Kernel } from '../../src/kernel/kernel.ts';
import { finitModule } from '../../src/kernel/syscalls.ts';
import { TaskKilled } from '../../src/kernel/task-killed.ts';
import { openDefaultProfile } from '../../src/profile/open-profile.ts';

const profile = openDefaultProfile();
const image = new Uint8Array(readFileSync(new URL('modules/kb_fault.ko', import.meta.url)));

/** A machine that is to run kb_fault.ko. `budget`: instructions that it may take. */
export function boot(commandLine = '', budget?: number): Kernel {
  const current = { comm: 'insmod', pid: 80 };
  return bootKernel(profile, commandLine, makeGuestRunner(budget), () => 0, { current });
}

/** Has kb_fault.ko do the wrong thing `number`: how the command ended, and the telling lines that it left. */
export function commit(number: number, commandLine = '', kernel = boot(commandLine)): string[] {
  let ends = 'goes on';
  try {
    finitModule(kernel, image, `mode=${number}`, 0, { uid: 0 });
  } catch (error) {
    if (!(error instanceof TaskKilled)) throw error;
    ends = `${error.signal} ${error.cause}`;
  }
  const start = kernel.log.findIndex(({ text }) => text.includes('module verification failed')) + 1;
  return [ends, ...kernel.log.slice(start).flatMap(({ level, text }) => telling(`<${level}>${text}`))];
}

/** Lines of a dump and of the end of every report. */
const DUMP =
  /^<\d>(R[A-Z0-9]{2}:|FS:|CS:|CR2:|Code|RSP|CPU:|Call Trace| <\/?TASK>|Modules linked|---\[ end|Slab |={77}|-{77})/;
const PAGE_TABLES = /^<6>PGD/;
const EMPTY_BYTES = /^<3>(Redzone|Object) .*: (00|cc|bb)( \2)* {2}/;

/** The kernel's own functions on the way to the module and back: `test/behaviour` compares them. */
const WAY =
  /^<4> (do_one_initcall|do_init_module|__do_sys_finit_module|do_syscall_64|entry_SYSCALL_64_after_hwframe|dump_stack_lvl|panic)\+/;

function telling(line: string): string[] {
  if (DUMP.test(line) || WAY.test(line) || PAGE_TABLES.test(line) || EMPTY_BYTES.test(line)) return [];
  return [line.replace(/\b(0x)?ffff[0-9a-f]{12}\b|0x0{16}/g, 'ADDRESS')];
}

/** A frame of the module in a trace. */
export const frame = (place: string) => `<4> ${place} [kb_fault]`;
/** The module's init, where it is called. */
export const INIT = frame('kb_init+0x14/0x1000');
