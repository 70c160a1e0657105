import { sysctl, sysctls } from '../../../kernel/files/sysctl.ts';
import { consoleVerbose } from '../../../kernel/log/console.ts';
import { KERN, printk } from '../../../kernel/log/printk.ts';
import { TAINT } from '../../../kernel/log/taint.ts';
import { standStill } from '../../../kernel/panicked.ts';
import { TaskKilled } from '../../../kernel/task-killed.ts';
import type { Session } from '../session.ts';
import { dumpStack } from './dump.ts';

/** `panic`, kernel/panic.c. Raises TaskKilled. */
export function panic(session: Session, message: string): never {
  const { kernel } = session;
  const text = message.replace(/\n$/, '');
  const say = (line: string): void => printk(kernel, KERN.EMERG, line);
  sysctls(kernel, 'panic_on_warn')[0] = 0;
  standStill(kernel);
  consoleVerbose(kernel);
  say(`Kernel panic - not syncing: ${text}`);
  if ((kernel.taint & (1 << TAINT.DIE)) === 0) dumpStack(session, ['panic']);
  say('Kernel Offset: disabled');
  const timeout = sysctl(kernel, 'panic');
  if (timeout > 0) say(`Rebooting in ${timeout} seconds..`);
  if (timeout === 0) say(`---[ end Kernel panic - not syncing: ${text} ]---`);
  throw new TaskKilled('SIGKILL', 'panic');
}

/** `check_panic_on_warn`, kernel/panic.c. Raises TaskKilled when a warning is to be the end. */
export function checkPanicOnWarn(session: Session): void {
  if (sysctl(session.kernel, 'panic_on_warn') !== 0) panic(session, 'kernel: panic_on_warn set ...');
}
