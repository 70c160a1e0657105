import { errnoNumber } from '../../abi/errno.ts';
import { setConsoleLevel, switchConsoleOff, switchConsoleOn } from '../../kernel/log/console.ts';
import { maySyslog } from '../../kernel/log/syslog.ts';
import { changeMachine } from '../../state/machine.ts';
import type { GlobalOptions } from '../applet.ts';

/** What is to become of the console: a level for it, or off and on. */
export type ConsoleChange = number | 'off' | 'on';

/** `klogctl(SYSLOG_ACTION_CONSOLE_…)`: 0 or a negative error number. */
export function changeConsole(options: GlobalOptions, change: ConsoleChange): Promise<number> {
  return changeMachine(options, (kernel) => {
    if (!maySyslog(kernel, options.uid, 'change')) return -errnoNumber('EPERM');
    if (typeof change === 'number') return setConsoleLevel(kernel, change);
    if (change === 'off') switchConsoleOff(kernel);
    else switchConsoleOn(kernel);
    return 0;
  });
}
